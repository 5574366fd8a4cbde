package attack_test

import (
	"flag"
	"os"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

var (
	long = flag.Bool("long", false, "the long form: more of everything, and times are judged")
	site target.Site
)

func TestMain(m *testing.M) { os.Exit(target.Main(m.Run)) }

// amount is how much of something the quick form takes, and how much the long one.
func amount(quick, inLong int) int {
	if *long {
		return inLong
	}
	return quick
}

// cheap is the bcrypt cost of attacks that measure no time.
const cheap = password.MinCost

// limit is how many wrong passwords lock an account, unless an attack sets it otherwise.
var limit = target.Policy.Limit

// unlimited has requests counted by source, but far from the limit: for attacks on what comes after it.
var unlimited = target.Settings{"SOURCE_LIMIT": "1000000"}

// kind is what can be attacked.
type kind struct {
	name  string
	start func(testing.TB, target.Settings) target.Target
}

// kinds are the command, and the functions with two execution environments of each, so that nothing is safe merely because
// one process decides it.
var kinds = []kind{
	{"serve", func(t testing.TB, settings target.Settings) target.Target { return site.Serve(t, settings) }},
	{"functions", func(t testing.TB, settings target.Settings) target.Target { return site.Cloud(t).Gateway(settings, 2) }},
}

// fresh is a target of the kind that holds the demo users and nothing else.
func (k kind) fresh(t *testing.T, settings target.Settings) target.Target {
	t.Helper()
	at := k.start(t, settings)
	target.FillDemo(t, at.Store(), cheap)
	return at
}

// onBoth carries an attack out on a fresh target of each kind.
func onBoth(t *testing.T, settings target.Settings, attack func(t *testing.T, at target.Target)) {
	t.Helper()
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			attack(t, kind.fresh(t, settings))
		})
	}
}

// client is a client at an address of its own, until the test ends.
func client(t *testing.T, address string) *target.Client {
	t.Helper()
	c := target.NewClient(address)
	t.Cleanup(c.Close)
	return c
}

// guess is one login that is tried.
type guess struct {
	from               *target.Client
	through            target.Product
	username, password string
	claim              string // the address that its headers claim to come from; empty: they claim none
}

// forged are the headers in which proxies name their client. A server that trusts them lets clients choose their address.
var forged = []string{
	"X-Forwarded-For", "X-Real-IP", "X-Client-IP", "Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For",
	"X-Originating-IP", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP",
}

// send tries it. Without an answer the test fails, and the verdict is Other.
func (g guess) send(t *testing.T, at target.Target) target.Verdict {
	request, err := g.through.Request(at.URL(), g.username, g.password)
	if err != nil {
		t.Error(err)
		return target.Other
	}
	if g.claim != "" {
		for _, name := range forged {
			request.Header.Set(name, g.claim)
		}
		request.Header.Set("Forwarded", "for="+g.claim)
	}
	answer, err := g.from.Send(request.WithContext(t.Context()), g.through)
	if err != nil {
		t.Errorf("%s gave no answer: %v", g.through.Name, err)
		return target.Other
	}
	return answer.Verdict
}

// atOnce tries all guesses at the same moment and returns the verdicts in their order.
func atOnce(t *testing.T, at target.Target, guesses []guess) []target.Verdict {
	t.Helper()
	verdicts := make([]target.Verdict, len(guesses))
	begin := make(chan struct{})
	var wait sync.WaitGroup
	for i, guess := range guesses {
		wait.Go(func() {
			<-begin
			verdicts[i] = guess.send(t, at)
		})
	}
	close(begin)
	wait.Wait()
	return verdicts
}

// tally counts verdicts.
type tally map[target.Verdict]int

func tallyOf(verdicts []target.Verdict) tally {
	counts := tally{}
	for _, verdict := range verdicts {
		counts[verdict]++
	}
	return counts
}

// refused sums up the refusals, which products tell in different ways.
func (counts tally) refused() int {
	sum := 0
	for verdict, count := range counts {
		if verdict.Refusal() {
			sum += count
		}
	}
	return sum
}

// enroll adds a user with a hash, active and confirmed unless that is changed.
func enroll(t *testing.T, at target.Target, username, hash string, change func(*directory.User)) {
	t.Helper()
	user := directory.User{
		Realm: product.DemoRealm, Username: username, PasswordHash: hash, Active: true, Confirmed: true, CreatedAt: time.Now().UTC(),
	}
	change(&user)
	if _, err := directory.Enroll(t.Context(), at.Store(), user); err != nil {
		t.Fatalf("adding %s: %v", username, err)
	}
}

func asItIs(*directory.User) {}

// account is what failures on a user are counted on.
func account(t *testing.T, at target.Target, username string) directory.Account {
	t.Helper()
	user, err := at.Store().FindUser(t.Context(), product.DemoRealm, directory.Username(username))
	if err != nil {
		t.Fatalf("finding %s: %v", username, err)
	}
	return directory.AccountOf(product.DemoRealm, user.ID)
}

// record is what is counted on an account, behind the target's back.
func record(t *testing.T, at target.Target, of directory.Account) attempts.Record {
	t.Helper()
	_, record, err := at.Store().Load(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return record
}
