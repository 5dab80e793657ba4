package app

import (
	"context"
	"time"

	"porchlight/ingest/enrich"
	"porchlight/ingest/event"
)

// identitiesKept is how many of the latest identities are loaded at startup.
const identitiesKept = 10_000

// saveIdentities stores what events revealed about addresses since the last call.
func (a *App) saveIdentities(ctx context.Context) error {
	changed := a.identities.Changed()
	err := a.store.SaveIdentities(ctx, changed)
	if err != nil {
		a.identities.Failed(changed)
	}
	return err
}

// userPatience is how long after their last sign users are still assumed to be
// there, cardPatience how long before their first sign cards and names are.
const (
	userPatience = 12 * time.Hour
	cardPatience = 10 * time.Minute
)

// maxHistory bounds how much of an address's history is looked at.
const maxHistory = 500

// WhoWas returns who had an address at a time: the network card and the host
// name of then, and who was logged in there in the hours before, the latest
// first. The maker of the card, where known, is in From.
func (a *App) WhoWas(ctx context.Context, address string, at time.Time) ([]event.Identity, error) {
	if err := a.saveIdentities(ctx); err != nil {
		return nil, err
	}
	history, err := a.store.Identities(ctx, address, maxHistory)
	if err != nil {
		return nil, err
	}
	return whoWas(history, at.UnixNano()), nil
}

func whoWas(history []event.Identity, at int64) []event.Identity {
	var card, host *event.Identity
	var users []event.Identity
	for i := range history {
		h := &history[i]
		switch h.Kind {
		case event.IdentityUser:
			if h.First <= at && h.Last >= at-int64(userPatience) && len(users) < 3 {
				users = append(users, *h)
			}
		case event.IdentityMAC:
			if h.First <= at+int64(cardPatience) && (card == nil || h.First > card.First) {
				card = h
			}
		case event.IdentityHost:
			if h.First <= at+int64(cardPatience) && (host == nil || h.First > host.First) {
				host = h
			}
		}
	}
	var out []event.Identity
	if host != nil {
		out = append(out, *host)
	}
	if card != nil {
		c := *card
		if maker := enrich.Maker(c.Value); maker != "" {
			c.From = maker
		}
		out = append(out, c)
	}
	return append(out, users...)
}
