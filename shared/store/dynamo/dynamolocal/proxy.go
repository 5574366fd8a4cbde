package dynamolocal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Proxy stands between a client and DynamoDB Local. It notes every operation, and does to chosen ones what networks and
// services do at their worst.
type Proxy struct {
	Endpoint string

	server *httptest.Server
	target string
	mutex  sync.Mutex
	seen   []string
	choose func(n int, operation string) Fault
	closed chan struct{}
}

// Fault is what happens to a request instead of being passed on.
type Fault int

// The faults.
const (
	None        Fault = iota // passed on
	Fail                     // answered 500, InternalServerError
	Throttle                 // answered 400, ProvisionedThroughputExceededException
	Hang                     // never answered
	Cut                      // the connection ends before the request is carried out
	CutAfter                 // the request is carried out, but the connection ends before the answer
	Unprocessed              // a batch is answered with all its keys left unprocessed
)

// NewProxy stands in front of the endpoint until Close.
func NewProxy(endpoint string) *Proxy {
	p := &Proxy{target: endpoint, closed: make(chan struct{})}
	p.server = httptest.NewServer(p)
	p.Endpoint = p.server.URL
	return p
}

// Close ends it, and with it every request that hangs.
func (p *Proxy) Close() {
	close(p.closed)
	p.server.CloseClientConnections()
	p.server.Close()
}

// Choose sets what happens to requests from now on, by their number from 0 and their operation, and forgets what was seen
// before. Nil passes all on.
func (p *Proxy) Choose(choose func(n int, operation string) Fault) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.seen, p.choose = nil, choose
}

// Seen gives the operations since the last call of Choose, in the order of their arrival, tries by the SDK included.
func (p *Proxy) Seen() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return append([]string(nil), p.seen...)
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	p.mutex.Lock()
	n, choose := len(p.seen), p.choose
	p.seen = append(p.seen, operation)
	p.mutex.Unlock()
	fault := None
	if choose != nil {
		fault = choose(n, operation)
	}
	switch fault {
	case None:
		p.pass(w, r)
	case Fail:
		refuse(w, http.StatusInternalServerError, "InternalServerError")
	case Throttle:
		refuse(w, http.StatusBadRequest, "ProvisionedThroughputExceededException")
	case Hang:
		select {
		case <-r.Context().Done():
		case <-p.closed:
		}
	case CutAfter:
		p.pass(httptest.NewRecorder(), r)
		cut(w)
	case Cut:
		cut(w)
	case Unprocessed:
		leave(w, r)
	}
}

func (p *Proxy) pass(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	request, err := http.NewRequestWithContext(r.Context(), r.Method, p.target+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return
	}
	request.Header = r.Header.Clone()
	request.Host = r.Host // it is signed
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		cut(w)
		return
	}
	defer response.Body.Close()
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}

func refuse(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#`+kind+`","message":"made up"}`)
}

// leave answers a BatchGetItem that nothing of it was done.
func leave(w http.ResponseWriter, r *http.Request) {
	var batch struct{ RequestItems json.RawMessage }
	if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
		cut(w)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = fmt.Fprintf(w, `{"Responses":{},"UnprocessedKeys":%s}`, batch.RequestItems)
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if connection, _, err := hijacker.Hijack(); err == nil {
			_ = connection.Close()
		}
	}
}
