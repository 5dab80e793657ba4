package cli

import (
	"context"
	"fmt"

	"porchlight/app/store"
)

type verifyCmd struct{}

func (c *verifyCmd) Run(ctx context.Context, g *globals) error {
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	sum, err := st.Verify(ctx, func(p store.Problem) {
		g.endProgress()
		fmt.Fprintln(g.stdout, p)
	}, g.byteProgress("checking"))
	g.endProgress()
	if err != nil {
		return err
	}
	found := "all fine"
	if sum.Problems > 0 {
		found = fmt.Sprintf("problems: %d", sum.Problems)
	}
	fmt.Fprintf(g.stdout, "checked %d files; %d events and %d alerts can be read; %s\n", sum.Files, sum.Events, sum.Alerts, found)
	if sum.Problems > 0 {
		return errProblems
	}
	return nil
}
