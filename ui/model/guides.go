package model

import (
	"porchlight/ingest/product"
	"porchlight/ingest/source"
)

// Guide says how to make a device send its logs.
type Guide = product.Guide

// Guides returns the devices that have a guide, in the order of the list.
func Guides() []Guide { return product.Guides() }

// GuideFor returns the guide for what a source looks like.
func GuideFor(s source.Source) Guide { return product.GuideFor(SourceKind(s)) }
