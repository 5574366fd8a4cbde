package speed_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"gatehouse/shared/test/target"
)

// subject is the product that most benchmarks log in to.
var subject = target.First(target.Product.Public)

// BenchmarkLogin compares the processor time of a process that logs a user in, with that of raw bcrypt at the same
// cost in this process, in turns. What the process does between logins counts too. It also reports how much memory the
// process had at most.
func BenchmarkLogin(b *testing.B) {
	for _, row := range []struct{ cost, logins int }{{10, 100}, {12, 30}} {
		settings := target.Settings{"BCRYPT_COST": strconv.Itoa(row.cost), "SOURCE_LIMIT": "0"}
		b.Run(fmt.Sprintf("function/cost=%d", row.cost), func(b *testing.B) {
			function := filledCloud(b, row.cost).Function(subject.Function, settings)
			against(b, row.cost, row.logins, function.PID(), func() { logInto(b, function) })
		})
		b.Run(fmt.Sprintf("serve/cost=%d", row.cost), func(b *testing.B) {
			served := filledServe(b, row.cost, settings)
			client := target.NewClient("127.0.0.1")
			defer client.Close()
			against(b, row.cost, row.logins, served.PIDs()[0], func() { logInAt(b, client, served, subject.User.Username) })
		})
	}
}

// against measures a login of a process against raw bcrypt.
func against(b *testing.B, cost, logins, pid int, logIn func()) {
	b.Helper()
	hash := raw(b, cost)
	logIn() // the first login of a process is another figure
	for b.Loop() {
		var used, hashed time.Duration
		for range logins {
			before := processor(b, pid)
			logIn()
			used += processor(b, pid) - before
			hashed += own(hash)
		}
		_, most, err := target.Memory(pid)
		check(b, err)
		b.ReportMetric(used.Seconds()/hashed.Seconds(), "cpu-ratio")
		b.ReportMetric(most/1e6, "most-MB")
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkFirstLogin compares the first login of a function that has just been initialised with a warm one, in turns.
func BenchmarkFirstLogin(b *testing.B) {
	for _, row := range []struct{ cost, rounds int }{{10, 20}, {12, 12}} {
		b.Run(fmt.Sprintf("cost=%d", row.cost), func(b *testing.B) {
			cloud := filledCloud(b, row.cost)
			settings := target.Settings{"BCRYPT_COST": strconv.Itoa(row.cost), "SOURCE_LIMIT": "0"}
			kept := cloud.Function(subject.Function, settings)
			logInto(b, kept)
			for b.Loop() {
				var first, warm []float64
				for range row.rounds {
					fresh := cloud.Function(subject.Function, settings)
					<-fresh.Ready() // Lambda sends no event before
					first = append(first, milliseconds(func() { logInto(b, fresh) }))
					warm = append(warm, milliseconds(func() { logInto(b, kept) }))
					fresh.Stop()
				}
				b.ReportMetric(median(first), "first-ms")
				b.ReportMetric(median(warm), "warm-ms")
				b.ReportMetric(median(first)/median(warm), "ratio")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// filledCloud are tables with the demo users.
func filledCloud(b *testing.B, cost int) *target.Cloud {
	b.Helper()
	cloud := site.Cloud(b)
	target.FillDemo(b, cloud.Store, cost)
	return cloud
}

// filledServe is the command on a file with the demo users.
func filledServe(b *testing.B, cost int, settings target.Settings) *target.Serve {
	b.Helper()
	served := site.Serve(b, settings)
	target.FillDemo(b, served.Store(), cost)
	return served
}

// logInto logs the subject's user in at a function.
func logInto(b *testing.B, function *target.Function) {
	b.Helper()
	user := subject.User
	response := function.Must(subject.Event(user.Username, user.Password))
	if subject.Read(response.StatusCode, response.Body) != target.Accepted {
		b.Fatalf("a login was answered %d: %s", response.StatusCode, response.Body)
	}
}

// logInAt logs a user in over HTTP, whose password is that of the subject's.
func logInAt(b *testing.B, client *target.Client, at target.Target, username string) {
	b.Helper()
	got, err := client.Login(b.Context(), at, subject, username, subject.User.Password)
	if err != nil || got.Verdict != target.Accepted {
		b.Fatalf("a login was told %q (%v): %s", got.Verdict, err, got.Body)
	}
}

// raw is one computation of bcrypt, without anything around it.
func raw(b *testing.B, cost int) func() {
	b.Helper()
	password := []byte(subject.User.Password)
	hash, err := bcrypt.GenerateFromPassword(password, cost)
	check(b, err)
	return func() {
		if err := bcrypt.CompareHashAndPassword(hash, password); err != nil {
			b.Error(err)
		}
	}
}
