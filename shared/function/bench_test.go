package function_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/crypto/bcrypt"

	"gatehouse/shared/demo"
	"gatehouse/shared/function/runtimeapi"
)

// BenchmarkColdStart compares the time from exec to the first invocation's answer, and the size, of the Unleash function
// with those of a function that has nothing in it. The first answer is one without store and hash (OPTIONS), as only what
// a start costs is compared. Both are started in turns; the medians' ratio is the figure.
func BenchmarkColdStart(b *testing.B) {
	bare := filepath.Join(b.TempDir(), "bare")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-tags", "lambda.norpc", "-o", bare, "./testdata/bare")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	ours := filepath.Join(binaries, "UnleashLogin", "bootstrap")
	c := newCloud(b)
	environment := c.environmentWith(map[string]string{"SOURCE_LIMIT": "0"})
	const rounds = 60
	for b.Loop() {
		var times [2][]float64
		for range rounds {
			for i, binary := range []string{bare, ours} {
				began := time.Now()
				process, err := runtimeapi.Start(b.Context(), binary, environment)
				c.check(err)
				_, err = process.Invoke(b.Context(), []byte(`{"resource":"/auth/simple/login","httpMethod":"OPTIONS"}`))
				times[i] = append(times[i], time.Since(began).Seconds()*1000)
				c.check(err)
				process.Stop()
			}
		}
		b.ReportMetric(median(times[0]), "bare-ms")
		b.ReportMetric(median(times[1]), "start-ms")
		b.ReportMetric(median(times[1])/median(times[0]), "start-ratio")
		b.ReportMetric(size(b, bare)/1e6, "bare-MB")
		b.ReportMetric(size(b, ours)/1e6, "MB")
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkWarmLogin compares the processor time of a warm login with that of raw bcrypt, the first login of a fresh process
// with a warm one, and tells the most memory that a process had after a hundred logins.
func BenchmarkWarmLogin(b *testing.B) {
	for _, cost := range []int{10, 12} {
		b.Run(fmt.Sprintf("cost=%d", cost), func(b *testing.B) { warmLogin(b, cost) })
	}
}

func warmLogin(b *testing.B, cost int) {
	const warmLogins, freshOnes = 100, 15
	c := newCloud(b)
	c.check(demo.Fill(b.Context(), c.store, c.hasherAt(cost)))
	settings := map[string]string{"BCRYPT_COST": strconv.Itoa(cost), "SOURCE_LIMIT": "0"}
	hash, err := bcrypt.GenerateFromPassword([]byte(demo.Hunter.Password), cost)
	c.check(err)
	right := logins["unleash"].right()
	for b.Loop() {
		deployed := c.start("UnleashLogin", settings)
		timed(c, deployed, right)
		var warm, first []float64
		var used, raw time.Duration
		for range warmLogins {
			before := deployed.cpu()
			warm = append(warm, timed(c, deployed, right))
			used += deployed.cpu() - before
			raw += own(func() { c.check(bcrypt.CompareHashAndPassword(hash, []byte(demo.Hunter.Password))) })
		}
		for range freshOnes {
			fresh := c.start("UnleashLogin", settings)
			<-fresh.Ready() // AWS initialises a function before it sends an event
			first = append(first, timed(c, fresh, right))
		}
		b.ReportMetric(used.Seconds()/raw.Seconds(), "cpu-ratio")
		b.ReportMetric(median(first)/median(warm), "first/warm")
		b.ReportMetric(deployed.mostMemory()/1e6, "most-MB")
		b.ReportMetric(0, "ns/op")
	}
}

// timed is how many milliseconds a login takes.
func timed(c *cloud, deployed *deployed, event events.APIGatewayProxyRequest) float64 {
	began := time.Now()
	if got := deployed.must(event); got.StatusCode >= 300 {
		c.t.Fatalf("a login was answered %d: %s", got.StatusCode, got.Body)
	}
	return time.Since(began).Seconds() * 1000
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func size(b *testing.B, file string) float64 {
	b.Helper()
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size())
}

// own is the processor time that this process uses for something.
func own(something func()) time.Duration {
	used := func() time.Duration {
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // fails for no process of one's own
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	something()
	return used() - before
}
