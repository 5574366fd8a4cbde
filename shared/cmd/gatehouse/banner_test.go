package main

import (
	"net"
	"testing"
)

func TestBannerNamesAnAddressThatWorksHere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, address, base string
		reachable           bool // by other machines
	}{
		{"loopback", "127.0.0.1:3000", "http://127.0.0.1:3000", false},
		{"IPv6 loopback", "[::1]:3000", "http://[::1]:3000", false},
		{"every IPv4 address", "0.0.0.0:80", "http://localhost:80", true},
		{"every address", "[::]:80", "http://localhost:80", true},
		{"one address", "192.0.2.1:80", "http://192.0.2.1:80", true},
		{"IPv6", "[2001:db8::1]:80", "http://[2001:db8::1]:80", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			address, err := net.ResolveTCPAddr("tcp", test.address)
			if err != nil {
				t.Fatal(err)
			}
			if got := (banner{address: address}).base(); got != test.base {
				t.Errorf("base is %s, want %s", got, test.base)
			}
			if got := reachable(address); got != test.reachable {
				t.Errorf("reachable is %t, want %t", got, test.reachable)
			}
		})
	}
}
