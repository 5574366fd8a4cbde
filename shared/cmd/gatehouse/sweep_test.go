package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// swept is a store that counts how often it was swept, and always fails to.
type swept struct {
	store
	times int
}

func (s *swept) Sweep(context.Context, time.Time) error {
	s.times++
	return errors.New("the disk is full")
}

// TestSweepEachMinute runs on the bubble's clock, which moves when everything waits.
func TestSweepEachMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		double := &swept{}
		end := sweepEachMinute(t.Context(), double, slog.New(slog.NewJSONHandler(&log, nil)))
		time.Sleep(10*time.Minute + time.Second)
		end()
		if double.times != 11 { // at the start, and at the end of each minute
			t.Errorf("in 10 minutes the store was swept %d times, want 11", double.times)
		}
		if got := strings.Count(log.String(), "the disk is full"); got != 11 {
			t.Errorf("%d of 11 failures were logged:\n%s", got, &log)
		}
		time.Sleep(time.Hour)
		if double.times != 11 {
			t.Errorf("it was swept %d times after the end", double.times-11)
		}
	})
}

// TestSweepOfOtherStores: a store that drops expired data by itself is left alone.
func TestSweepOfOtherStores(t *testing.T) {
	t.Parallel()
	var other struct{ store }
	sweepEachMinute(t.Context(), other, slog.New(slog.DiscardHandler))()
}
