package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/store/sqlite"
)

// newImporter is an import of JSON lines whose messages go to said.
func newImporter(t *testing.T, s directory.Store, said *strings.Builder) *Importer {
	t.Helper()
	hasher, err := password.New(password.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return &Importer{
		Store: s, Hasher: hasher, Realm: "main", Form: JSONLines(), OnConflict: Fail,
		Now:     func() time.Time { return time.UnixMilli(0).UTC() },
		Called:  func(user directory.User) string { return user.Username + "|" + user.Email }, // new ids are by chance
		BadLine: func(number int, reason error) { fmt.Fprintf(said, "line %d: %v\n", number, reason) },
		Warning: func(number int, text string) { fmt.Fprintf(said, "line %d: warning: %s\n", number, text) },
		Settled: func(Tally) {},
	}
}

// failing is a directory that fails at one user.
type failing struct {
	directory.Store
	at string
}

func (s failing) AddUser(_ context.Context, user directory.User) error {
	if user.Username == s.at {
		return errors.New("disk full")
	}
	return nil
}

func TestImportStopsAtAFaultOfTheStore(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	lines := "{\"username\": \"a\"}\n{}\n{\"username\": \"b\"}\n{}\n{\"username\": \"c\"}\n"
	count, err := newImporter(t, failing{at: "b"}, &said).Import(t.Context(), strings.NewReader(lines))
	if count.Line != 2 || count.Failed != 1 || count.Imported < 1 || count.Imported > 2 {
		t.Errorf("got %+v, want line 2 to be the last, and a to be imported and maybe c", count)
	}
	if err == nil || err.Error() != "storing line 3: disk full" {
		t.Errorf("got the error %v, want the store's with its line", err)
	}
	if want := "line 2: invalid user: it needs a username or an e-mail address\n"; said.String() != want {
		t.Errorf("it says %q, want %q", said.String(), want)
	}
}

// TestImportWithoutRoomForRejects stops rather than lose a bad line.
func TestImportWithoutRoomForRejects(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	i := newImporter(t, failing{}, &said)
	i.Rejects = &Rejects{file: full{}, form: i.Form}
	count, err := i.Import(t.Context(), strings.NewReader("{}\n"+strings.Repeat("{\"username\": \"a\"}\n", 5)))
	if err == nil || err.Error() != "writing the rejects: no space left" || count.Line != 1 || count.Failed != 1 {
		t.Errorf("got %+v, %v; want it stopped after line 1, which failed", count, err)
	}
}

// full is a file on a full disk.
type full struct{ io.WriteCloser }

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// lagging is a directory whose answers come in another order at each run.
type lagging struct{ directory.Store }

func (s lagging) lag() {
	for range rand.IntN(20) {
		runtime.Gosched()
	}
	if rand.IntN(4) == 0 {
		time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
	}
}

func (s lagging) AddUser(ctx context.Context, user directory.User) error {
	s.lag()
	defer s.lag()
	return s.Store.AddUser(ctx, user)
}

func (s lagging) ReplaceUser(ctx context.Context, before, after directory.User) error {
	s.lag()
	defer s.lag()
	return s.Store.ReplaceUser(ctx, before, after)
}

func (s lagging) FindUser(ctx context.Context, realm string, by directory.Identifier) (directory.User, error) {
	s.lag()
	defer s.lag()
	return s.Store.FindUser(ctx, realm, by)
}

// clashing are lines that are in each other's way as often as can be: few names for many lines, each of which claims some,
// and in a replacing import gives some up.
func clashing(random *rand.Rand) string {
	var lines strings.Builder
	for n := range 60 {
		if random.IntN(3) > 0 {
			fmt.Fprintf(&lines, `{"id": %d, `, 1+random.IntN(8))
		} else {
			lines.WriteString("{")
		}
		fmt.Fprintf(&lines, `"name": "of line %d", "username": "u%d"`, n+1, random.IntN(8))
		if random.IntN(2) > 0 {
			fmt.Fprintf(&lines, `, "email": "e%d@example.com"`, random.IntN(8))
		}
		lines.WriteString("}\n")
	}
	return lines.String()
}

// TestParallelIsAsOneByOne imports lines in parallel, and the same lines one by one: counts, messages and users must be the
// same. What ids are chosen is left out, for that is by chance.
func TestParallelIsAsOneByOne(t *testing.T) {
	t.Parallel()
	for _, mode := range []Conflict{Fail, Skip, Replace} {
		for _, dry := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, dry run %v", mode, dry), func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(4) {
					lines := clashing(rand.New(rand.NewPCG(seed, 4)))
					together, oneByOne := newTrial(t, mode, dry), newTrial(t, mode, dry)
					oneByOne.batch = 1
					together.run(t, strings.NewReader(lines))
					oneByOne.run(t, &patientReader{lines: strings.SplitAfter(lines, "\n"), settled: oneByOne.settled})
					if !reflect.DeepEqual(together.count, oneByOne.count) {
						t.Errorf("seed %d: counted %+v, one by one %+v", seed, together.count, oneByOne.count)
					}
					if got, want := together.said.String(), oneByOne.said.String(); got != want {
						t.Errorf("seed %d: it says\n%s\none by one\n%s", seed, got, want)
					}
					if got, want := together.users(t), oneByOne.users(t); got != want {
						t.Errorf("seed %d: stored are\n%s\none by one\n%s", seed, got, want)
					}
				}
			})
		}
	}
}

// trial is one import into a directory of its own.
type trial struct {
	*Importer
	said    strings.Builder
	settled chan struct{}
	count   Tally
}

func newTrial(t *testing.T, mode Conflict, dry bool) *trial {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gatehouse.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for id := range int64(4) {
		there := directory.User{Realm: "main", ID: id + 1, Username: fmt.Sprint("u", id), Email: fmt.Sprintf("e%d@example.com", id)}
		if err := s.AddUser(t.Context(), there); err != nil {
			t.Fatal(err)
		}
	}
	try := &trial{settled: make(chan struct{}, 1000)}
	try.Importer = newImporter(t, lagging{s}, &try.said)
	try.OnConflict, try.DryRun = mode, dry
	try.Settled = func(Tally) { try.settled <- struct{}{} }
	return try
}

func (try *trial) run(t *testing.T, source io.Reader) {
	t.Helper()
	var err error
	if try.count, err = try.Import(t.Context(), source); err != nil {
		t.Fatal(err)
	}
}

// users are those stored, in an order of their names.
func (try *trial) users(t *testing.T) string {
	t.Helper()
	var all []string
	for user, err := range try.Store.Users(t.Context(), "main") {
		if err != nil {
			t.Fatal(err)
		}
		id := ""
		if user.ID < 100 {
			id = strconv.FormatInt(user.ID, 10)
		}
		all = append(all, fmt.Sprintf("%s %s %s %s", user.Username, user.Email, user.Name, id))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// patientReader gives a line when the one before it is settled.
type patientReader struct {
	lines   []string
	settled <-chan struct{}
	given   int
}

func (p *patientReader) Read(to []byte) (int, error) {
	if p.given > 0 && p.given < len(p.lines) {
		<-p.settled
	}
	if p.given == len(p.lines) {
		return 0, io.EOF
	}
	p.given++
	return copy(to, p.lines[p.given-1]), nil
}
