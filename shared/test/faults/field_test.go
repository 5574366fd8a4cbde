package faults

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// rightPassword is every user's.
const rightPassword = "the right password"

// sharedHash is of the cheapest cost, below that of the targets: so the first accepted login of a user replaces it.
var sharedHash = sync.OnceValue(func() string {
	hash, err := bcrypt.GenerateFromPassword([]byte(rightPassword), bcrypt.MinCost)
	if err != nil {
		panic(err) // the cost and the length are fine
	}
	return string(hash)
})

// settings of every target. The limit is low, so that accounts get locked; requests are counted, and there are never too many.
var settings = target.Settings{
	"ATTEMPT_LIMIT": "3", "BCRYPT_COST": "5", "SOURCE_LIMIT": "1000000", "APP_LIMIT": "1000000",
}

// field is where a test plays: a target, and all that was done to it.
type field struct {
	t      *testing.T
	at     target.Target
	client *target.Client
	settle func()            // returns when nothing that was sent will be carried out any more
	own    map[string]string // each product's own 5xx, by its events; empty where they have none
	issues map[string]bool   // which products hand out tokens
	told   func(attempt)     // is called with each answer

	mutex     sync.Mutex
	histories []*history
	spare     []*history // of users who were added beforehand
}

func newField(t *testing.T, at target.Target, settle func()) *field {
	t.Helper()
	f := &field{
		t: t, at: at, client: target.NewClient("127.0.0.1"), settle: settle,
		own: map[string]string{}, issues: map[string]bool{}, told: func(attempt) {},
	}
	t.Cleanup(f.client.Close)
	target.FillDemo(t, at.Store(), bcrypt.MinCost)
	for _, product := range target.Products {
		pairs, err := endpointtest.LoadPairs(filepath.Join(target.Root(), "events"), product.Name)
		f.check(err)
		f.own[product.Name] = ""
		for _, pair := range pairs {
			if pair.Given.Store == "down" && pair.Status >= http.StatusInternalServerError {
				f.own[product.Name] = pair.Body
			}
		}
		answer, err := f.client.Login(t.Context(), at, product, product.User.Username, product.User.Password)
		f.check(err)
		f.issues[product.Name] = len(target.Tokens(answer.Header, answer.Body)) > 0
	}
	return f
}

func (f *field) check(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// firstID is above those of the demo users.
const firstID = 1_000_000

// begin begins a history, of a user's name or of one that nobody has.
func (f *field) begin(exists bool) *history {
	h := &history{name: fmt.Sprintf("name-%d", len(f.histories))}
	if exists {
		h.id = firstID + int64(len(f.histories))
	}
	f.histories = append(f.histories, h)
	return h
}

func (f *field) nobody() *history {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.begin(false)
}

// user returns a user whom nothing was done to. Where there are spare ones none is added, so that the store is left alone; when
// they are used up it is a name that nobody has.
func (f *field) user() (*history, error) {
	f.mutex.Lock()
	if f.spare == nil {
		h := f.begin(true)
		f.mutex.Unlock()
		return h, f.add(h)
	}
	defer f.mutex.Unlock()
	last := len(f.spare) - 1
	if last < 0 {
		return f.begin(false), nil
	}
	h := f.spare[last]
	f.spare = f.spare[:last]
	return h, nil
}

func (f *field) add(h *history) error {
	return f.at.Store().AddUser(f.t.Context(), directory.User{
		Realm: product.DemoRealm, ID: h.id, Username: h.name, PasswordHash: sharedHash(), Active: true, Confirmed: true,
		CreatedAt: time.Now().Truncate(time.Millisecond),
	})
}

// recruit adds users until so many are spare.
func (f *field) recruit(users int) {
	f.t.Helper()
	for len(f.spare) < users {
		h := f.begin(true)
		f.check(f.add(h))
		f.spare = append(f.spare, h)
	}
}

// login logs in, and writes down what came of it.
func (f *field) login(h *history, product target.Product, right bool) attempt {
	password := rightPassword
	if !right {
		password = "a wrong guess"
	}
	a := attempt{product: product, issues: f.issues[product.Name], right: right, sent: time.Now()}
	answer, err := f.client.Login(f.t.Context(), f.at, product, h.name, password)
	a.verdict, a.text = answer.Verdict, fmt.Sprintf("%d %s", answer.Status, answer.Body)
	switch {
	case err != nil:
		a.verdict, a.text = lost, err.Error()
	case answer.Verdict == target.Fault && !f.isOwn(product, answer.Body):
		a.verdict = target.Other
	case answer.Verdict == target.Accepted:
		a.tokens = target.Tokens(answer.Header, answer.Body)
	}
	if a.verdict != lost {
		f.told(a)
	}
	if a.undecided() {
		f.settle()
	}
	a.answered = time.Now()
	h.add(a)
	return a
}

// isOwn reports whether a body is the product's own 5xx.
func (f *field) isOwn(product target.Product, body string) bool {
	own, expected := f.own[product.Name]
	return expected && (own == "" || own == body)
}

// examine holds all histories against the tables. No client is at work.
func (f *field) examine(r rules, in kept) {
	f.t.Helper()
	breached := 0
	for _, h := range f.histories {
		found := h.breaches(r, in)
		if len(found) == 0 {
			continue
		}
		if breached++; breached <= 5 { // more would say the same
			f.t.Errorf("%q\nin the table %+v\nof %s\n%s", found, in.records[h.account().Key], h, f.logged(h))
		}
	}
	if breached > 0 {
		f.t.Errorf("%d of %d accounts were breached", breached, len(f.histories))
	}
}

// logged is what the target has logged of an account.
func (f *field) logged(h *history) string {
	var lines []string
	for line := range strings.Lines(f.at.Log()) {
		if strings.Contains(line, `"account":"`+h.account().Key+`"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// sum reports what the clients were told.
func (f *field) sum() {
	f.t.Helper()
	told := map[target.Verdict]int{}
	for _, h := range f.histories {
		for _, a := range h.attempts {
			told[a.verdict]++
		}
	}
	f.t.Logf("told in all: %v", told)
}
