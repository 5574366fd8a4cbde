package storetest

import (
	"slices"
	"time"

	"gatehouse/shared/login"
)

// key is a key of the stage's own.
func (s *stage) key(name string) string { return s.realm + "#" + name }

func (s *stage) count(key string, now time.Time, want int) {
	s.Helper()
	got, err := s.store.Count(s.Context(), key, now)
	s.must("Count", err)
	s.same("Count", got, want)
}

func (s *stage) counted(key string, now time.Time, want int) {
	s.Helper()
	got, err := s.store.Authenticate(s.Context(), login.Credentials{}, key, now)
	s.must("Authenticate", err)
	s.same("Authenticate", got.Failures, want)
}

var limiterRows = []row{
	{"each request adds one, within a minute", func(s *stage) {
		minute := start.Truncate(time.Minute)
		s.counted(s.key("a"), minute, 0) // adds nothing
		s.count(s.key("a"), minute, 1)
		s.counted(s.key("a"), minute, 1)
		s.count(s.key("a"), minute.Add(time.Millisecond), 2)
		s.count(s.key("a"), minute.Add(time.Minute-time.Millisecond), 3)
		s.counted(s.key("a"), minute, 3)
	}},
	{"the next minute begins at zero", func(s *stage) {
		minute := start.Truncate(time.Minute)
		s.count(s.key("a"), minute.Add(59*time.Second), 1)
		s.counted(s.key("a"), minute.Add(time.Minute), 0)
		s.count(s.key("a"), minute.Add(time.Minute), 1)
		s.count(s.key("a"), minute.Add(time.Minute), 2)
		s.counted(s.key("a"), minute.Add(60*time.Minute), 0)
		s.counted(s.key("a"), minute.Add(24*time.Hour), 0)
		// A request that arrived before the minute ended may be counted after it.
		s.count(s.key("a"), minute.Add(time.Minute-time.Millisecond), 2)
		s.counted(s.key("a"), minute.Add(time.Minute), 2)
	}},
	{"a minute is one on the clock, in any zone", func(s *stage) {
		zone := time.FixedZone("odd", 30) // 30 s ahead of UTC, so its minutes begin elsewhere
		minute := start.Truncate(time.Minute)
		s.count(s.key("a"), minute, 1)
		s.count(s.key("a"), minute.Add(59*time.Second).In(zone), 2)
		s.counted(s.key("a"), minute.Add(time.Minute).In(zone), 0)
	}},
	{"keys are counted apart", func(s *stage) {
		keys := []string{
			"address#192.0.2.1", "address#192.0.2.10", "basic#192.0.2.1", "address#2001:db8::", "ADDRESS#192.0.2.1", "", " ", "#", "%",
		}
		for i, key := range keys {
			for n := range i + 1 {
				s.count(s.key(key), start, n+1)
			}
		}
		for i, key := range keys {
			s.counted(s.key(key), start, i+1)
		}
	}},
	{"no request is lost, and each gets a sum of its own", func(s *stage) {
		const requests = 100
		sums := make([]int, requests)
		for _, err := range together(requests, func(i int) (err error) {
			sums[i], err = s.store.Count(s.Context(), s.key("a"), start)
			return err
		}) {
			s.must("Count", err)
		}
		slices.Sort(sums)
		for i, sum := range sums {
			if sum != i+1 {
				s.Fatalf("the sums were %v, want each from 1 to %d once", sums, requests)
			}
		}
		s.counted(s.key("a"), start, requests)
	}},
}
