package attack_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"gatehouse/shared/test/target"
)

// alike is how far apart the medians of two causes may be. At bcrypt cost 10, where that is judged, it is 2 ms.
const alike = 0.03

// enough rounds for that: of 40, the medians of twenty causes that do not differ can be 3 % apart by chance. It is fixed
// beforehand, as to go on until the medians are alike would let some pass that are not.
const enough = 80

// roughly is how far the median of a memory-hard format may be from that of a wrong password. Seen were 3.2 %.
const roughly = 0.1

// TestEnumerationByTime times refusals one after the other, in rounds that try each cause at each endpoint once in a random
// order, so that what else the machine does slows all causes alike. No account is tried as often as it takes to lock it.
// The quick form only reports: at cost 4 the hash is less than the store's work, and the time is noise.
func TestEnumerationByTime(t *testing.T) {
	if !*long {
		t.Parallel()
	}
	cost := amount(cheap, 10)
	settings := maps.Clone(unlimited)
	settings["BCRYPT_COST"] = strconv.Itoa(cost)
	for _, kind := range kinds { // in the long form one after the other, before all that runs in parallel
		t.Run(kind.name, func(t *testing.T) {
			if !*long {
				t.Parallel()
			}
			rounds := amount(2, enough)
			at := kind.fresh(t, settings)
			accounts := (1+rounds)*len(silent)/(limit-1) + 1
			w := stopwatch{at: at, from: client(t, "127.0.5.1"), causes: causes(t, at, cost, accounts)}
			w.tries = make([]int, len(w.causes))
			w.reset()
			w.round(t)
			w.reset() // the first round opened connections and filled caches
			for range rounds {
				w.round(t)
			}
			for product := range silent {
				w.judge(t, product)
			}
		})
	}
}

// stopwatch has the times of refusals.
type stopwatch struct {
	at     target.Target
	from   *target.Client
	causes []cause
	tries  []int      // of each cause so far
	times  [][]timing // by product and cause
}

// timing is how long one cause took at one endpoint.
type timing struct {
	took     []float64 // milliseconds
	relative []float64 // to the median of the round at this endpoint
}

func (w *stopwatch) reset() {
	w.times = make([][]timing, len(silent))
	for product := range w.times {
		w.times[product] = make([]timing, len(w.causes))
	}
}

// round tries each cause once at each endpoint, in random order.
func (w *stopwatch) round(t *testing.T) {
	t.Helper()
	tried := make([][]float64, len(silent))
	for _, n := range rand.Perm(len(silent) * len(w.causes)) {
		product, cause := n%len(silent), n/len(silent)
		login := w.causes[cause].logins[w.tries[cause]/(limit-1)]
		w.tries[cause]++
		answer, err := w.from.Login(t.Context(), w.at, silent[product], login.Username, login.Password)
		if err != nil || answer.Verdict != target.Refused {
			t.Fatalf("%s, %s: %s (%v), want refused", silent[product].Name, w.causes[cause].name, answer.Verdict, err)
		}
		timing := &w.times[product][cause]
		timing.took = append(timing.took, answer.Took.Seconds()*1000)
		tried[product] = append(tried[product], answer.Took.Seconds()*1000)
	}
	for product, took := range tried {
		for cause := range w.causes {
			timing := &w.times[product][cause]
			timing.relative = append(timing.relative, timing.took[len(timing.took)-1]/quantile(took, 0.5))
		}
	}
}

// quantile returns the value that a share q of the values lies below.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// judge reports the times at one endpoint, and in the long form holds the causes against each other.
func (w *stopwatch) judge(t *testing.T, product int) {
	t.Helper()
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "cause\tsamples\tmedian ms\tquartiles\tto wrong\t")
	timings := w.times[product]
	wrong, least, most := timings[0], 1.0, 1.0
	for i, each := range timings {
		ratio := quantile(each.relative, 0.5) / quantile(wrong.relative, 0.5)
		note := ""
		if w.causes[i].rough {
			note = " memory-hard"
			if *long && math.Abs(ratio-1) > roughly {
				t.Errorf("%s, %s: the median is %.3f of that of a wrong password, want it within %.0f %%",
					silent[product].Name, w.causes[i].name, ratio, 100*roughly)
			}
		} else {
			least, most = min(least, ratio), max(most, ratio)
		}
		fmt.Fprintf(table, "%s\t%d\t%.2f\t%.2f-%.2f\t%.3f\t%s\n", w.causes[i].name, len(each.took),
			quantile(each.took, 0.5), quantile(each.took, 0.25), quantile(each.took, 0.75), ratio, note)
	}
	table.Flush()
	apart := most/least - 1
	name := silent[product].Name
	t.Logf("%s: the medians are within %.1f %% of each other\n%s", name, 100*apart, text.String())
	if *long && apart > alike {
		t.Errorf("%s: the medians are within %.1f %% of each other, want %.0f %%", name, 100*apart, 100*alike)
	}
}
