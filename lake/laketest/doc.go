// Package laketest holds the laws of the lake as properties, run against every store
// and engine. The model is a plain map per branch and revision; it knows nothing of
// versions, overlays or bitmaps, so agreeing with it means something.
package laketest
