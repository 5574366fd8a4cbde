package dynamolocal

import (
	"errors"
	"net"
	"net/http"
	"testing"
)

// DynamoDB Local that can't have its port stays without ever answering; so does one whose port an outgoing connection has.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	java, folder, err := locate(t.Context())
	if err != nil {
		unavailable(t, err)
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address, _ := listener.Addr().(*net.TCPAddr)
	var dialer net.Dialer
	outgoing, err := dialer.DialContext(t.Context(), "tcp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer outgoing.Close()
	own, _ := outgoing.LocalAddr().(*net.TCPAddr)
	if server, err := start(t.Context(), java, folder, own.Port); !errors.Is(err, errPortTaken) {
		t.Fatalf("on the port of an outgoing connection: %v, %v", server, err)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	server, err := Start(t.Context())
	if err != nil {
		unavailable(t, err)
	}
	get := func() error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.Endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	}
	if err := get(); err != nil {
		t.Error(err)
	}
	server.Stop()
	if get() == nil {
		t.Error("it answers after it was stopped")
	}
}

// unavailable ends a test for want of Java or npm, which is a failure with CI set.
func unavailable(t *testing.T, err error) {
	t.Helper()
	if LeftOut(err) {
		t.Skip(err)
	}
	t.Fatal(err)
}
