package dynamolocal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Proxy stands between a client and DynamoDB Local. It notes every operation, and does to chosen ones what networks and
// services do at their worst.
type Proxy struct {
	Endpoint string

	server    *httptest.Server
	target    string
	transport *http.Transport
	closed    chan struct{}

	mutex    sync.Mutex
	seen     []string
	choose   func(Call) Fault
	underWay map[chan struct{}]bool // closed when nothing is carried out any more
}

// Call is one request as the proxy sees it.
type Call struct {
	N         int    // its number since the last choice, from 0
	Operation string // as "UpdateItem"
	Try       int    // from 1: which of the SDK's tries it is
	Body      []byte // JSON
}

// NewProxy stands in front of the endpoint until Close.
func NewProxy(endpoint string) *Proxy {
	const connections = 256 // kept, more than any test has under way
	p := &Proxy{
		target: endpoint, transport: &http.Transport{MaxIdleConnsPerHost: connections},
		closed: make(chan struct{}), underWay: make(map[chan struct{}]bool),
	}
	p.server = httptest.NewServer(p)
	p.Endpoint = p.server.URL
	return p
}

// Close ends it, and with it every request that hangs.
func (p *Proxy) Close() {
	close(p.closed)
	p.server.CloseClientConnections()
	p.server.Close()
	p.transport.CloseIdleConnections()
}

// Choose sets the fault of each request from now on, and forgets what was seen before. Nil passes all on. The proxy calls choose
// for one request after another, and never once there is another choice, so choose may keep a count; it must not call the
// proxy. A fault that does not fit the operation is none.
func (p *Proxy) Choose(choose func(Call) Fault) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.seen, p.choose = nil, choose
}

// Seen returns the operations since the last choice in the order of their arrival, including retries by the SDK.
func (p *Proxy) Seen() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return slices.Clone(p.seen)
}

// Settle returns when none of the requests so far will be carried out any more: a client that timed out may have left a write.
func (p *Proxy) Settle() {
	p.mutex.Lock()
	before := slices.Collect(maps.Keys(p.underWay))
	p.mutex.Unlock()
	for _, done := range before {
		<-done
	}
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	settled := p.begin()
	defer settled()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	call, fault := p.note(r, body)
	switch fault {
	case None:
		p.pass(w, r, body)
	case Delay:
		time.Sleep(DelayTime)
		p.pass(w, r, body)
	case CutAfter:
		p.pass(httptest.NewRecorder(), r, body)
		cut(w)
	case Hang:
		settled()
		select {
		case <-r.Context().Done():
		case <-p.closed:
		}
	default:
		fault.answer(w, call)
	}
}

// begin makes Settle wait until the returned function is called.
func (p *Proxy) begin() (settled func()) {
	done := make(chan struct{})
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.underWay[done] = true
	return sync.OnceFunc(func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		delete(p.underWay, done)
		close(done)
	})
}

// note counts a request and returns its fault.
func (p *Proxy) note(r *http.Request, body []byte) (Call, Fault) {
	call := Call{Body: body}
	_, call.Operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	_, _ = fmt.Sscanf(r.Header.Get("Amz-Sdk-Request"), "attempt=%d", &call.Try) // other clients send no number
	p.mutex.Lock()
	defer p.mutex.Unlock()
	call.N = len(p.seen)
	p.seen = append(p.seen, call.Operation)
	if p.choose != nil {
		if fault := p.choose(call); fault.Fits(call.Operation) {
			return call, fault
		}
	}
	return call, None
}

// pass carries a request out, although the client may have left meanwhile: what has arrived at DynamoDB is done.
func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, body []byte) {
	ctx := context.WithoutCancel(r.Context())
	request, err := http.NewRequestWithContext(ctx, r.Method, p.target+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return
	}
	request.Header = r.Header.Clone()
	request.Host = r.Host // it is signed
	response, err := p.transport.RoundTrip(request)
	if err != nil {
		cut(w)
		return
	}
	defer response.Body.Close()
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}
