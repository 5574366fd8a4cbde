package bootstrap_test

import (
	"flag"
	"os"
	"testing"

	"gatehouse/shared/test/target"
)

var (
	long = flag.Bool("long", false, "the long form: 100 bursts, 100,000 users")
	site target.Site
)

func TestMain(m *testing.M) { os.Exit(target.Main(m.Run)) }

// amount is how much of something the quick form takes, and how much the long one.
func amount(quick, inLong int) int {
	if *long {
		return inLong
	}
	return quick
}

// filled are tables of the test's own, with the demo users.
func filled(t *testing.T) *target.Cloud {
	t.Helper()
	cloud := site.Cloud(t)
	target.FillDemo(t, cloud.Store, 4)
	return cloud
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
