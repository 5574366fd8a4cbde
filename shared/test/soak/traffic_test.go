package soak

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/store/storetest"
	"gatehouse/shared/test/target"
)

const (
	rate     = 20        // visits a second, which leave most of two cores idle
	visitors = 8         // at once, at most
	lockedID = 1_000_000 // the visitors' ids follow it
	password = "the right password"
)

// settings: requests are counted, and there are never too many; a lock outlasts the soak.
var settings = target.Settings{"SOURCE_LIMIT": "1000000", "LOCKOUT_MINUTES": "1440", "ATTEMPT_LIMIT": "10"}

// fill adds a user for each visitor, whom nobody else logs in as, and one who is locked.
func fill(t *testing.T, store storetest.Store) {
	t.Helper()
	target.FillDemo(t, store, bcrypt.MinCost)
	hash := target.Hash(t, password, bcrypt.MinCost)
	for id := int64(lockedID); id <= lockedID+visitors; id++ {
		check(t, store.AddUser(t.Context(), directory.User{
			Realm: product.DemoRealm, ID: id, Username: name(id), PasswordHash: hash, Active: true, Confirmed: true,
			CreatedAt: time.Now().Truncate(time.Millisecond),
		}))
	}
}

func name(id int64) string { return fmt.Sprintf("user-%d", id) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// traffic is what visits a target.
type traffic struct {
	at     target.Target
	client *target.Client
	visits atomic.Int64
	sent   atomic.Int64 // requests

	mutex sync.Mutex
	wrong []string // what was not as expected
}

// flow visits the target for so long, and closes its connections.
func (f *traffic) flow(ctx context.Context, long time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	f.client = target.NewClient("127.0.0.1")
	defer f.client.Close()
	ticks := time.NewTicker(time.Second / rate)
	defer ticks.Stop()
	var wait sync.WaitGroup
	for visitor := range visitors {
		wait.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-ticks.C: // one that nobody is free for is left out
					f.visit(f.visits.Add(1), lockedID+1+int64(visitor))
				}
			}
		})
	}
	wait.Wait()
}

// visit is the n-th, of one request or two, by the visitor who has the user with this id to itself.
func (f *traffic) visit(n, id int64) {
	product := target.Products[n%int64(len(target.Products))]
	switch n / int64(len(target.Products)) % 8 {
	case 0, 1, 2:
		f.login(product, name(id), password, target.Accepted)
	case 3, 4: // a slip, put right at once: so the visitor is never locked
		f.login(product, name(id), "a wrong guess", target.Refused, target.Wrong)
		f.login(product, name(id), password, target.Accepted)
	case 5:
		f.login(product, fmt.Sprintf("nobody-%d", n), password, target.Refused, target.Unknown)
	case 6:
		f.login(product, name(lockedID), password, target.Refused, target.Locked)
	default:
		f.malformed(product)
	}
}

func (f *traffic) login(product target.Product, username, password string, want ...target.Verdict) {
	f.sent.Add(1)
	answer, err := f.client.Login(context.Background(), f.at, product, username, password)
	if err == nil && (slices.Contains(want, answer.Verdict) || starved(answer)) {
		return
	}
	f.note("%s, %s: %d %s (%v), want %v", product.Name, username, answer.Status, answer.Body, err, want)
}

// starved reports whether others on this machine have left a login no time for its store. The long form allows no fault at all.
func starved(answer target.Answer) bool {
	const storeTime = 2500 * time.Millisecond
	return *soakTime == 0 && answer.Verdict == target.Fault && answer.Took > storeTime
}

func (f *traffic) malformed(product target.Product) {
	f.sent.Add(1)
	request, err := product.Request(f.at.URL(), "", "")
	if err == nil {
		const body = `{"username": "x",`
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		var answer target.Answer
		if answer, err = f.client.Send(request, product); err == nil && answer.Status/100 == 4 {
			return
		}
	}
	f.note("%s, half a body: %v, want 4xx", product.Name, err)
}

func (f *traffic) note(format string, values ...any) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.wrong = append(f.wrong, fmt.Sprintf(format, values...))
}
