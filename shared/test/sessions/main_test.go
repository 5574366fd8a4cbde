package sessions

import (
	"os"
	"testing"

	"gatehouse/shared/test/target"
)

var site target.Site

func TestMain(m *testing.M) { os.Exit(target.Main(m.Run)) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
