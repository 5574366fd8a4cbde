// Package functionstest runs a product's handler on an embedded store of its own, with a clock that tests move, and
// replays exchanges that were recorded with the real servers. Only tests use it.
package functionstest

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/store/sqlite"
)

// Realm is where [Endpoint.Add] and [Endpoint.Import] put users: every product's default.
const Realm = "main"

// Start is where the clock of every endpoint stands at first.
var Start = time.Date(2026, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)

// Constructor builds a product's handler, as unleash.NewLogin does.
type Constructor func(config.Config, *login.Service) gateway.Handler

// Clock is a clock that stands still until it is moved. Safe for concurrent use.
type Clock struct {
	mutex sync.Mutex
	now   time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

// Advance moves the clock forward.
func (c *Clock) Advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(by)
}

// Endpoint is one product's handler, behind the same translation of HTTP as the local gateway's.
type Endpoint struct {
	Handler gateway.Handler
	Service *login.Service // may be changed before the first request, as to put a double in front of the store
	Store   *sqlite.Store
	Hasher  *password.Hasher
	Config  config.Config
	Clock   *Clock
	Log     *bytes.Buffer // what was logged, in JSON lines; read it when no request is under way

	t        testing.TB
	resource string
}

// New is the endpoint of a constructor at a resource, on an empty store, with the settings given and BCRYPT_COST 4.
func New(t testing.TB, constructor Constructor, resource string, settings map[string]string) *Endpoint {
	t.Helper()
	environment := map[string]string{"BCRYPT_COST": "4"}
	maps.Copy(environment, settings)
	e := &Endpoint{t: t, resource: resource, Clock: &Clock{now: Start}, Log: &bytes.Buffer{}}
	var err error
	e.Config, err = config.Load(environment)
	e.check(err)
	e.Hasher, err = password.New(e.Config.BcryptCost)
	e.check(err)
	e.Store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gatehouse.db"))
	e.check(err)
	t.Cleanup(func() {
		if err := e.Store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	e.Service = e.Config.Service(e.Store, e.Hasher, slog.New(slog.NewJSONHandler(e.Log, nil)))
	e.Service.Clock = e.Clock.Now
	e.Handler = constructor(e.Config, e.Service)
	return e
}

func (e *Endpoint) check(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// Add stores a user in the import format and gives it as stored.
func (e *Endpoint) Add(record directory.Record) directory.User {
	e.t.Helper()
	user := record.User(Realm, e.Clock.Now())
	if record.Password != "" {
		hash, err := e.Hasher.Hash(record.Password)
		e.check(err)
		user.PasswordHash = hash
	}
	user, err := directory.Enroll(e.t.Context(), e.Store, user)
	e.check(err)
	return user
}

// Import adds every user of a file in the import format.
func (e *Endpoint) Import(file string) {
	e.t.Helper()
	text, err := os.ReadFile(file)
	e.check(err)
	for line := range strings.Lines(string(text)) {
		record, err := directory.ParseRecord([]byte(line))
		e.check(err)
		e.Add(record)
	}
}

// Answer is what a client gets.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends one request through the local gateway's translation and gives the answer. The target is a path with an
// optional query.
func (e *Endpoint) Do(method, target string, header http.Header, body string) Answer {
	e.t.Helper()
	request := httptest.NewRequestWithContext(e.t.Context(), method, target, strings.NewReader(body))
	request.Header = header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	response, err := e.Handler(request.Context(), local.NewEvent(e.resource, request, []byte(body)))
	e.check(err)
	recorder := httptest.NewRecorder()
	local.Write(recorder, response)
	return Answer{Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}
}
