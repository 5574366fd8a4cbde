package soak

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

var soakTime = flag.Duration("for", 0, "the long form: how long the traffic lasts, as 20m")

var site target.Site

func TestMain(m *testing.M) {
	os.Exit(target.Main(m.Run))
}

const (
	warmTime  = 1500 * time.Millisecond // until every connection is open that is needed
	quickTime = 2 * time.Second
)

// subject is what is soaked.
type subject struct {
	start      func() target.Target  // afresh, on the same store
	goroutines func() ([]int, error) // of each process, which it ends
	pooled     pools
}

// pools are what a process may have more than when it was fresh, since it opens it when it is needed and then keeps it.
type pools struct{ files, goroutines int }

func TestServe(t *testing.T) {
	t.Parallel()
	served := site.Serve(t, settings)
	fill(t, served.Store())
	served.Kill()
	soak(t, subject{
		start: func() target.Target {
			served.Start()
			return served
		},
		goroutines: func() ([]int, error) {
			count, err := served.Goroutines()
			return []int{count}, err
		},
		pooled: pools{files: 3 * 8}, // the database, its log and that one's index, of each of SQLite's 8 readers
	})
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	cloud := site.Cloud(t)
	fill(t, cloud.Store)
	var gateway *target.Gateway
	soak(t, subject{
		start: func() target.Target {
			gateway = cloud.Gateway(settings, 1)
			return gateway
		},
		goroutines: func() ([]int, error) { return gateway.Goroutines() },
		pooled:     pools{files: 1, goroutines: 2}, // a second connection to DynamoDB, read and written by one each
	})
}

// soak compares a target after its traffic with one that was only warmed up.
func soak(t *testing.T, s subject) {
	t.Helper()
	_, fresh := s.visited(t, 0)
	flow, after := s.visited(t, max(*soakTime, quickTime))
	t.Logf("%d requests; goroutines %v, of a fresh target %v", flow.sent.Load(), after, fresh)
	for i := range after {
		if after[i] > fresh[i]+s.pooled.goroutines {
			log := flow.at.Log()
			t.Errorf("process %d has %d goroutines, and a fresh one %d:\n%s",
				i, after[i], fresh[i], log[max(0, strings.LastIndex(log, "SIGQUIT")):])
		}
	}
}

// visited starts the target and has it visited, for so long after it is warm. It returns how many goroutines each process
// has when nobody is left, and judges the rest.
func (s subject) visited(t *testing.T, long time.Duration) (*traffic, []int) {
	t.Helper()
	flow := &traffic{at: s.start()}
	target.Lock(t, flow.at.Store(), directory.AccountOf(product.DemoRealm, lockedID))
	flow.flow(t.Context(), warmTime)
	most := quiet(t, flow.at, nil)
	for i := range most {
		most[i] += s.pooled.files
	}
	if long > 0 {
		watched := watch(t.Context(), flow, long)
		flow.flow(t.Context(), long)
		samples := <-watched
		for i, files := range quiet(t, flow.at, most) {
			if files > most[i] {
				t.Errorf("process %d has %d open files, want at most %d", i, files, most[i])
			}
		}
		if *soakTime > 0 {
			medians, found := grown(samples)
			t.Log(medians)
			for _, problem := range found {
				t.Error("grown: " + problem)
			}
		}
	}
	if len(flow.wrong) > 0 {
		t.Errorf("%d of %d answers were not as expected, first %s", len(flow.wrong), flow.sent.Load(), flow.wrong[0])
	}
	if logged := errorsIn(flow.at.Log()); len(logged) > 0 {
		t.Errorf("%d errors were logged, first %s", len(logged), logged[0])
	}
	counts, err := s.goroutines()
	check(t, err)
	return flow, counts
}

// errorsIn returns the errors of a log; in the quick form, without those of a machine on which others are busy.
func errorsIn(log string) []string {
	var found []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"level":"ERROR"`) && (*soakTime > 0 || !strings.Contains(line, "deadline exceeded")) {
			found = append(found, line)
		}
	}
	return found
}

// quiet waits until the connections of clients that have left are closed: until the processes have no more files open than
// they may, or, where nothing is given, until their number does not change any more. It returns how many they are.
func quiet(t *testing.T, at target.Target, most []int) []int {
	t.Helper()
	const patience, pause = 10 * time.Second, 200 * time.Millisecond
	var before []int
	for began := time.Now(); ; time.Sleep(pause) {
		var now []int
		for _, pid := range at.PIDs() {
			files, err := target.OpenFiles(pid)
			check(t, err)
			now = append(now, files)
		}
		if before != nil && (time.Since(began) > patience || within(now, most) || most == nil && within(before, now)) {
			return now
		}
		before = now
	}
}

// within reports whether no number is above that of the other list, if there is one.
func within(numbers, most []int) bool {
	for i := range numbers {
		if i >= len(most) || numbers[i] > most[i] {
			return false
		}
	}
	return true
}
