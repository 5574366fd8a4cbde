// Package endpointtest runs a product's handler on a store of its own, with a clock that tests move and a spy in front of
// the store, and replays exchanges that were recorded with the real servers. Only tests use it.
package endpointtest

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions"
	"gatehouse/shared/bulk"
	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/store/storetest"
)

// Realm is the realm of the users of [Endpoint.Add] and [Endpoint.Import]: every product's default.
const Realm = "main"

// Start is the first time of every endpoint's clock.
var Start = time.Date(2026, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)

// Functions returns every endpoint by its function's name in template.yaml.
func Functions() map[string]product.Endpoint {
	all := map[string]product.Endpoint{}
	for _, endpoint := range functions.Endpoints() {
		all[endpoint.Function] = endpoint
	}
	return all
}

// Clock stands still until a test moves it. Safe for concurrent use.
type Clock struct {
	mutex sync.Mutex
	now   time.Time
}

// Now returns the clock's time.
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
	Service *login.Service // may be changed before the first request
	Store   storetest.Store
	Spy     *Spy // stands between the service and the store
	Hasher  *password.Hasher
	Config  config.Config
	Clock   *Clock
	Log     *bytes.Buffer // what was logged, in JSON lines; read it when no request is under way

	t        testing.TB
	resource string
	work     atomic.Int64
}

// New returns the endpoint of a constructor at a resource, on an empty SQLite store, with BCRYPT_COST 4 and these settings.
func New(t testing.TB, constructor product.Constructor, resource string, settings map[string]string) *Endpoint {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gatehouse.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return On(t, store, constructor, resource, settings)
}

// On returns such an endpoint on a store of the test.
func On(
	t testing.TB, store storetest.Store, constructor product.Constructor, resource string, settings map[string]string,
) *Endpoint {
	t.Helper()
	environment := map[string]string{"BCRYPT_COST": "4"}
	maps.Copy(environment, settings)
	e := &Endpoint{
		t: t, resource: resource, Store: store, Spy: NewSpy(store), Clock: &Clock{now: Start}, Log: &bytes.Buffer{},
	}
	var err error
	e.Config, err = config.Load(environment)
	e.check(err)
	e.Hasher, err = password.New(e.Config.BcryptCost)
	e.check(err)
	e.Hasher.OnWork = func(units int64) { e.work.Add(units) }
	e.Service = e.Config.Service(e.Spy, e.Hasher, e.Config.Logger(e.Log))
	e.Service.Clock = e.Clock.Now
	e.Handler, err = constructor(e.Config, e.Service)
	e.check(err)
	return e
}

// Work returns how much was hashed since the last call, in bcrypt units of 2^cost.
func (e *Endpoint) Work() int64 { return e.work.Swap(0) }

func (e *Endpoint) check(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// Add stores a user in the import format and returns it as stored.
func (e *Endpoint) Add(record directory.Entry) directory.User {
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
		record, err := directory.ParseEntry([]byte(line))
		e.check(err)
		e.Add(record)
	}
}

// ImportTable imports a product's own table of users and returns what is stored, by id.
func (e *Endpoint) ImportTable(columns map[string]string, table string) []directory.User {
	e.t.Helper()
	form, err := bulk.CSV(columns, nil)
	e.check(err)
	importer := &bulk.Importer{
		Store: e.Store, Hasher: e.Hasher, Realm: Realm, Form: form, OnConflict: bulk.Fail, Now: e.Clock.Now,
		Called:  func(user directory.User) string { return user.Username },
		BadLine: func(number int, reason error) { e.t.Errorf("line %d: %v", number, reason) },
		Warning: func(number int, text string) { e.t.Errorf("line %d: %s", number, text) },
		Settled: func(bulk.Tally) {},
	}
	_, err = importer.Import(e.t.Context(), strings.NewReader(table))
	e.check(err)
	var stored []directory.User
	for user, err := range e.Store.Users(e.t.Context(), Realm) {
		e.check(err)
		stored = append(stored, user)
	}
	slices.SortFunc(stored, func(a, b directory.User) int { return cmp.Compare(a.ID, b.ID) })
	return stored
}

// Answer is a response as a client receives it.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends one request from 192.0.2.1 through the local gateway's translation. The target is a path with an optional query.
func (e *Endpoint) Do(method, target string, header http.Header, body string) Answer {
	e.t.Helper()
	return e.Send(e.Event(method, target, header, body))
}

// Event returns the event that [Endpoint.Do] sends.
func (e *Endpoint) Event(method, target string, header http.Header, body string) events.APIGatewayProxyRequest {
	request := httptest.NewRequestWithContext(e.t.Context(), method, target, strings.NewReader(body))
	request.Header = header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	return local.NewEvent(e.resource, request, []byte(body))
}

// Send has the handler answer an event, and returns the response as a client receives it.
func (e *Endpoint) Send(event events.APIGatewayProxyRequest) Answer {
	e.t.Helper()
	response, err := e.Handler(e.t.Context(), event)
	e.check(err)
	recorder := httptest.NewRecorder()
	local.Write(recorder, response)
	return Answer{Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}
}
