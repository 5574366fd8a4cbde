package faults

import (
	"math/rand/v2"
	"sync"

	"gatehouse/shared/test/target"
)

// group is some clients that do the same to one account after the other, at the same time.
type group struct {
	*field
	size    int
	random  *rand.Rand
	account *history
	left    int // steps until the next account
}

// groups are clients that have accounts to themselves, and some that share them.
func (f *field) groups(sizes ...int) []*group {
	var all []*group
	for i, size := range sizes {
		all = append(all, &group{field: f, size: size, random: rand.New(rand.NewPCG(*seed, uint64(i)))})
	}
	return all
}

// stepsEach is long enough for an account to be locked, and tried again.
const stepsEach = 8

// next begins with an account: one in six does not exist.
func (g *group) next() (err error) {
	g.left = stepsEach
	if g.random.IntN(6) == 0 {
		g.account = g.nobody()
		return nil
	}
	g.account, err = g.user()
	return err
}

// play logs in until it is told to end.
func (g *group) play(end func() bool) error {
	for !end() {
		if g.left == 0 {
			if err := g.next(); err != nil {
				return err
			}
		}
		g.left--
		var wait sync.WaitGroup
		for range g.size {
			product := target.Products[g.random.IntN(len(target.Products))]
			right := g.account.id != 0 && g.random.IntN(3) == 0
			wait.Go(func() { g.login(g.account, product, right) })
		}
		wait.Wait()
	}
	return nil
}

// playAll has all groups play at once.
func (f *field) playAll(groups []*group, end func() bool) {
	f.t.Helper()
	errs := make([]error, len(groups))
	var wait sync.WaitGroup
	for i, g := range groups {
		wait.Go(func() { errs[i] = g.play(end) })
	}
	wait.Wait()
	for _, err := range errs {
		f.check(err)
	}
}
