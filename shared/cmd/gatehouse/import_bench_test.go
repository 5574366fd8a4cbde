package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/dynamolocal"
)

// BenchmarkImport imports users with bcrypt hashes, and adds as many to the bare store, as many at once. import/bare is the
// ratio of the two rates, MB the memory of this process in the end. IMPORT_USERS sets the number of users.
func BenchmarkImport(b *testing.B) {
	for _, kind := range []string{"sqlite", dynamoStore} {
		b.Run("store="+kind, func(b *testing.B) {
			users, err := strconv.Atoi(cmp.Or(os.Getenv("IMPORT_USERS"), "2000"))
			if err != nil {
				b.Fatal(err)
			}
			environment := func() map[string]string {
				return map[string]string{storeVariable: "sqlite:" + filepath.Join(b.TempDir(), "gatehouse.db")}
			}
			if kind == dynamoStore {
				endpoint := dynamolocal.Endpoint(b)
				environment = func() map[string]string { return environmentOf(endpoint) }
			}
			for b.Loop() {
				importing := &app{stdin: writeUsers(users), stdout: io.Discard, stderr: io.Discard, environment: environment()}
				bare := &app{stdout: io.Discard, environment: environment()}
				if kind == dynamoStore {
					for _, a := range []*app{importing, bare} {
						if err := run(b.Context(), a, []string{"tables", "create"}); err != nil {
							b.Fatal(err)
						}
					}
				}
				begun := time.Now()
				if err := run(b.Context(), importing, []string{"users", "import", "-"}); err != nil {
					b.Fatal(err)
				}
				imported := time.Now()
				if err := bare.withStore(b.Context(), creating, func(s store) error { return addUsers(b, s, users) }); err != nil {
					b.Fatal(err)
				}
				memory := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
				metrics.Read(memory)
				b.ReportMetric(float64(users)/imported.Sub(begun).Seconds(), "users/s")
				b.ReportMetric(time.Since(imported).Seconds()/imported.Sub(begun).Seconds(), "import/bare")
				b.ReportMetric(float64(memory[0].Value.Uint64())/1e6, "MB")
			}
		})
	}
}

const someHash = "$2b$04$KxRNmtMQSr9CnIJAjT.WpOWQ2PIxs.Asr8ao6GrFYy9wZvK/ZdA7e"

// writeUsers returns a pipe of users with the ids from 1.
func writeUsers(users int) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		for id := 1; id <= users; id++ {
			_, _ = fmt.Fprintf(writer, `{"id":%d,"username":"u%[1]d","email":"u%[1]d@example.com","password_hash":%q}`+"\n", id, someHash)
		}
		writer.Close()
	}()
	return reader
}

// addUsers adds the same users to a store.
func addUsers(b *testing.B, s store, users int) error {
	var adding errgroup.Group
	adding.SetLimit(16)
	for id := 1; id <= users; id++ {
		adding.Go(func() error {
			return s.AddUser(b.Context(), directory.User{
				Realm: "main", ID: int64(id), Username: fmt.Sprint("u", id), Email: fmt.Sprintf("u%d@example.com", id),
				PasswordHash: someHash, Active: true, Confirmed: true, CreatedAt: now(),
			})
		})
	}
	return adding.Wait()
}
