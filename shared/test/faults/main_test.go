package faults

import (
	"flag"
	"os"
	"testing"
	"time"

	"gatehouse/shared/test/target"
)

var (
	long = flag.Bool("long", false, "the long form: some six minutes, one test after the other, and answers after 3 s are judged")
	seed = flag.Uint64("seed", 1, "what is chosen at random follows from this, but for what comes first")
)

var site target.Site

func TestMain(m *testing.M) {
	os.Exit(target.Main(func() int {
		if *long {
			if err := flag.Set("test.parallel", "1"); err != nil {
				panic(err) // package testing has this flag
			}
		}
		return m.Run()
	}))
}

// longest is the time after which nothing may be answered any more: the store's budget of 2.5 s, the time of a hash, and room
// for a busy machine.
const longest = 3 * time.Second

// judge reports the longest answer of the gateway's functions, and fails for it where the machine is ours.
func judge(t *testing.T, gateway *target.Gateway) {
	t.Helper()
	took := gateway.Longest()
	t.Logf("the longest answer took %s", took.Round(time.Millisecond))
	if *long && took > longest {
		t.Errorf("an answer took %s, want at most %s", took, longest)
	}
}
