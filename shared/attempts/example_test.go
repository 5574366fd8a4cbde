package attempts_test

import (
	"fmt"
	"time"

	"gatehouse/shared/attempts"
)

// A policy decides from a record and the moment of a request, and returns the next record.
func ExamplePolicy() {
	policy := attempts.Policy{Limit: 2, Lockout: 30 * time.Minute, Cap: 100}
	noon := time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)

	var record attempts.Record
	record, _ = policy.Fail(record, noon)
	record, _ = policy.Fail(record, noon)
	fmt.Println("at noon locked:", policy.Locked(record, noon))

	_, verdict := policy.Succeed(record, noon.Add(time.Minute), record.Epoch)
	fmt.Println("the right password is refused:", verdict == attempts.Locked)

	later := noon.Add(policy.Lockout)
	record = policy.Clear(record, later)
	fmt.Println("half an hour later locked:", policy.Locked(record, later), "- consecutive failures:", record.Run)

	record, verdict = policy.Succeed(record, later, record.Epoch)
	fmt.Println("accepted:", verdict == attempts.Committed, "- consecutive failures:", record.Run)
	// Output:
	// at noon locked: true
	// the right password is refused: true
	// half an hour later locked: false - consecutive failures: 2
	// accepted: true - consecutive failures: 0
}
