package bootstrap_test

import (
	"os"
	"testing"

	"gatehouse/shared/test/target"
)

var site target.Site

func TestMain(m *testing.M) { os.Exit(target.Main(m.Run)) }

// filled returns tables of the test's own, with the demo users.
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
