package attack_test

import (
	"net"
	"net/url"
	"testing"
	"time"

	"gatehouse/shared/proof/target"
)

// patience is how long a connection may be silent before it counts as stuck: above the minute that serve gives a slow body.
const patience = 75 * time.Second

// dial opens a connection to a target, for bytes that no HTTP client would send.
func dial(t *testing.T, at target.Target) *net.TCPConn {
	t.Helper()
	address, err := url.Parse(at.URL())
	if err != nil {
		t.Fatal(err)
	}
	connection, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return connection.(*net.TCPConn)
}
