package demo

import (
	"testing"

	"headwater/pack"
)

// The demo's version of the profile is one that the product would take.
func TestTheProfileFitsItsPack(t *testing.T) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Meta.ID != profilePack {
			continue
		}
		items, err := pack.Split(p)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, pack.Item{Section: "profiles", ID: "v2", Body: []byte(secondProfile())})
		joined, err := pack.Join(items, pack.Options{Others: packs})
		if err != nil {
			t.Fatal(err)
		}
		if last := joined.Profiles[len(joined.Profiles)-1]; last.Version != "2.0" || len(last.Conditions) != 5 {
			t.Errorf("%+v", last)
		}
		return
	}
	t.Error("the pack isn't shipped")
}
