package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// steps is the length of a sequence: enough to lock, to run up the caps below and to end several windows.
const steps = 120

// modelRows play a random sequence under each policy to a store and to package attempts. Its seed stands in the row's name,
// so that a sequence that failed can be played again.
func modelRows() []row {
	window := 30 * time.Minute
	var rows []row
	for _, rules := range []struct {
		name     string
		policies []attempts.Policy
	}{
		{"limit and cap", []attempts.Policy{{Limit: 3, Lockout: window, Cap: 9}}},
		{"the limit off", []attempts.Policy{{Lockout: window, Cap: 9}}},
		{"the cap off", []attempts.Policy{{Limit: 3, Lockout: window}}},
		{"both off", []attempts.Policy{{Lockout: window}}},
		{"a limit of one", []attempts.Policy{{Limit: 1, Lockout: window, Cap: 100}}},
		{"a cap below the limit", []attempts.Policy{{Limit: 5, Lockout: window, Cap: 2}}},
		{"a policy that keeps changing", []attempts.Policy{
			{Limit: 3, Lockout: window, Cap: 9}, {Limit: 5, Lockout: window / 2}, {Lockout: window, Cap: 4}, {},
		}},
	} {
		seed := rand.Uint64()
		promise := fmt.Sprintf("with %s, seed %d", rules.name, seed)
		rows = append(rows, row{promise, func(s *stage) { newModel(s, seed, rules.policies).play() }})
	}
	return rows
}

// model plays one sequence. Its records are those of package attempts.
type model struct {
	*stage
	random   *rand.Rand
	policies []attempts.Policy
	now      time.Time
	user     directory.User
	accounts []directory.Account // the last one is a decoy, all others are the user's
	records  map[directory.Account]attempts.Record
	history  []string
}

func newModel(s *stage, seed uint64, policies []attempts.Policy) *model {
	app := s.application()
	return &model{
		stage: s, random: rand.New(rand.NewPCG(seed, 0)), policies: policies, now: start, user: s.add(1),
		accounts: []directory.Account{
			s.account(1), s.account(1).Scoped(app.ID), directory.Decoy(s.realm, directory.Username("nobody")),
		},
		records: map[directory.Account]attempts.Record{},
	}
}

func (m *model) play() {
	for range steps {
		m.move()
		account := m.accounts[m.random.IntN(len(m.accounts))]
		policy := m.policies[m.random.IntN(len(m.policies))]
		switch n := m.random.IntN(100); {
		case n < 55:
			m.refuse(account, policy)
		case n < 75:
			m.clear(account, policy)
		case n < 93:
			m.accept(account, policy)
		case n < 97:
			m.raise()
			m.compare(m.accounts...)
		default:
			m.unlock()
			m.compare(m.accounts...)
		}
		m.compare(account)
	}
	m.compare(m.accounts...)
}

// move advances the clock, mostly by little, sometimes to the edge of a window. It also goes back, because a request that
// arrived earlier may commit later.
func (m *model) move() {
	lockout := m.policies[0].Lockout
	moves := []time.Duration{
		0, 0, 0, 0, time.Millisecond, time.Second, time.Minute, -time.Millisecond, -time.Second,
		lockout - time.Millisecond, lockout, lockout + time.Millisecond,
	}
	m.now = m.now.Add(moves[m.random.IntN(len(moves))])
}

func (m *model) refuse(account directory.Account, policy attempts.Policy) {
	record, verdict := policy.Fail(m.records[account], m.now)
	m.note("Refuse", account, policy)
	got, err := m.store.Refuse(m.Context(), account, policy, m.now)
	m.agree(err == nil && got == (verdict == attempts.Locked), "locked = %t and the error %v, want verdict %d", got, err, verdict)
	m.records[account] = record
}

func (m *model) clear(account directory.Account, policy attempts.Policy) {
	m.note("Clear", account, policy)
	err := m.store.Clear(m.Context(), account, policy, m.now)
	m.agree(err == nil, "the error %v, want none", err)
	m.records[account] = policy.Clear(m.records[account], m.now)
}

func (m *model) accept(account directory.Account, policy attempts.Policy) {
	before := m.records[account]
	epoch := before.Epoch
	if epoch > 0 && m.random.IntN(5) == 0 { // one that was loaded before it rose, or one that rose without the record
		epoch += int64(m.random.IntN(3) - 1)
	}
	record, verdict := policy.Succeed(before, m.now, epoch)
	m.note(fmt.Sprintf("Accept with epoch %d", epoch), account, policy)
	got, err := m.store.Accept(m.Context(), account, policy, m.now, epoch)
	switch verdict {
	case attempts.Locked:
		m.agree(errors.Is(err, login.ErrLocked), "the error %v, want ErrLocked", err)
	case attempts.Stale:
		m.agree(errors.Is(err, login.ErrEpoch), "the error %v, want ErrEpoch", err)
	default:
		m.agree(err == nil && got == before, "the record before %+v and the error %v, want %+v", got, err, before)
	}
	m.records[account] = record
}

// raise sets a new password.
func (m *model) raise() {
	m.history = append(m.history, "a new password")
	m.user = m.replace(m.user, password(fmt.Sprintf("$2b$04$%d", m.user.Version)))
	for _, account := range m.accounts[:len(m.accounts)-1] {
		record := m.records[account]
		record.Epoch = m.raised(account, record.Epoch)
		m.records[account] = record
	}
}

func (m *model) unlock() {
	m.history = append(m.history, "Unlock")
	m.must("Unlock", m.store.Unlock(m.Context(), m.realm, m.user.ID))
	for _, account := range m.accounts[:len(m.accounts)-1] {
		record := m.records[account]
		m.records[account] = attempts.Record{Seen: record.Seen, Epoch: record.Epoch}
	}
}

// compare checks the records of these accounts.
func (m *model) compare(accounts ...directory.Account) {
	for _, account := range accounts {
		_, got, err := m.store.Load(m.Context(), account)
		want := m.records[account]
		m.agree(err == nil && got == want, "on %s the record %+v and the error %v, want %+v", name(account), got, err, want)
	}
}

func (m *model) note(what string, account directory.Account, policy attempts.Policy) {
	m.history = append(m.history, fmt.Sprintf("%s on %s at %s with %+v", what, name(account), m.now.Sub(start), policy))
}

func name(account directory.Account) string { return account.Key + account.Scope }

func (m *model) agree(holds bool, format string, args ...any) {
	m.Helper()
	if !holds {
		m.Fatalf("the last step returned "+format+"; the steps were:\n%s", append(args, strings.Join(m.history, "\n"))...)
	}
}
