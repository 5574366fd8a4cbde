package dynamolocal

import (
	"errors"
	"net"
	"net/http"
	"testing"

	"gatehouse/shared/test/tools"
)

// DynamoDB Local that can't have its port stays without ever answering; so does one whose port an outgoing connection has.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	java, folder, err := locate(t.Context())
	if err != nil {
		tools.Skip(t, err)
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

// TestStart: the server answers until it is stopped, and leaves no file: it copies a library into the folder for temporary
// files.
func TestStart(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	server, err := Start(t.Context())
	if err != nil {
		tools.Skip(t, err)
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
	if len(entries(t, folder)) == 0 {
		t.Error("its temporary files are elsewhere")
	}
	server.Stop()
	if get() == nil {
		t.Error("it answers after it was stopped")
	}
	if left := entries(t, folder); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}
