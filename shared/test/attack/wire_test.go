package attack_test

import (
	"net"
	"net/url"
	"time"

	"gatehouse/shared/test/target"
)

// patience is how long a connection may stay open before it counts as stuck: above the minute that serve gives a slow body.
const patience = 75 * time.Second

// dial opens a connection to a target, for bytes that no HTTP client would send.
func dial(at target.Target) (*net.TCPConn, error) {
	address, err := url.Parse(at.URL())
	if err != nil {
		return nil, err
	}
	to, err := net.ResolveTCPAddr("tcp", address.Host)
	if err != nil {
		return nil, err
	}
	connection, err := net.DialTCP("tcp", nil, to)
	if err != nil {
		return nil, err
	}
	return connection, connection.SetDeadline(time.Now().Add(patience))
}
