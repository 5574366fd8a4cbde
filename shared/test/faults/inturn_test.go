package faults

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/target"
)

// kind is what a login is about.
type kind string

// The kinds. Each account is new, and has failures beforehand: so many that it is locked, or one whose window has ended, which
// is cleared. An accepted login replaces the outdated hash.
const (
	wrong  kind = "wrong password"
	right  kind = "right password"
	locked kind = "right password, account locked"
)

// request is one of the requests to DynamoDB that a login makes.
type request struct {
	name       string
	operations []string
	mark       string                          // what stands in its body, and in no other's
	madeBy     func(target.Product, kind) bool // nil: by every login
}

// requests are all that there are, in their order.
var requests = []request{
	{"application", []string{"BatchGetItem"}, `"app#`, fromApplication},
	{"count", []string{"UpdateItem"}, `"source#`, nil},
	{"identifiers", []string{"BatchGetItem"}, `"login#`, nil},
	{"account", []string{"BatchGetItem"}, `"account#`, nil},
	{"clear", []string{"UpdateItem"}, `"REMOVE #fails, #last"`, func(_ target.Product, k kind) bool { return k != locked }},
	{"refuse", []string{"UpdateItem"}, `ADD #fails`, func(_ target.Product, k kind) bool { return k == wrong }},
	{"accept", []string{"UpdateItem"}, `SET #seen`, func(_ target.Product, k kind) bool { return k != wrong }},
	{"session", []string{"PutItem", "TransactWriteItems"}, ``, func(_ target.Product, k kind) bool { return k == right }},
	{"sessions", []string{"Query"}, ``, func(p target.Product, k kind) bool { return k == right && p.Capped() }},
	{"new hash", []string{"UpdateItem"}, `SET #hash`, func(_ target.Product, k kind) bool { return k == right }},
}

func fromApplication(product target.Product, _ kind) bool { return product.Applies() }

func (r request) is(call dynamolocal.Call) bool {
	for _, operation := range r.operations {
		if call.Operation == operation && strings.Contains(string(call.Body), r.mark) {
			return true
		}
	}
	return false
}

// hurt is one thing that is done: a fault to one request of every login, to its first try or to all of them.
type hurt struct {
	request request
	fault   dynamolocal.Fault
	always  bool

	done    map[string]bool // to what: the bodies of requests
	strange string          // a request that is not listed
}

func (h *hurt) String() string {
	if h.always {
		return fmt.Sprintf("%s at every try of %q", h.fault, h.request.name)
	}
	return fmt.Sprintf("%s at the first try of %q", h.fault, h.request.name)
}

func (h *hurt) choose(call dynamolocal.Call) dynamolocal.Fault {
	body := string(call.Body)
	if !slices.ContainsFunc(requests, func(r request) bool { return r.is(call) }) {
		h.strange = call.Operation + " " + body
	}
	if !h.request.is(call) {
		return dynamolocal.None
	}
	first := call.Try == 1
	if h.fault == dynamolocal.Unprocessed {
		first = !h.done[body] // the rest of a batch is asked for in a new request
	}
	h.done[body] = true
	if !first && !h.always {
		return dynamolocal.None
	}
	return h.fault
}

// expects reports whether the login ends with the product's 5xx. One fault is healed. A new hash that is not stored fails no
// login, nor does a list of the sessions that may be over the cap. An application's sign-in is minted anew after a conflict, with another number and so in another request, whose first
// try meets the next conflict.
func (h *hurt) expects(product target.Product, k kind, issues bool) bool {
	made := h.request.madeBy == nil || h.request.madeBy(product, k)
	switch {
	case !made, h.request.name == "session" && !issues, h.request.name == "sessions", h.request.name == "new hash",
		h.fault == dynamolocal.Delay:
		return false
	case h.fault == dynamolocal.Conflict && h.request.name == "session" && fromApplication(product, k):
		return true
	}
	return h.always
}

// hurts are all that there are, those that are healed first. The quick form does each fault to two requests, and so to each
// request some.
func hurts() []*hurt {
	var all []*hurt
	next := int(*seed)
	for _, always := range []bool{false, true} {
		for _, fault := range dynamolocal.Faults {
			var fitting []request
			for i := range requests {
				if each := requests[(next+i)%len(requests)]; fault.Fits(each.operations[0]) {
					fitting = append(fitting, each)
				}
			}
			if !*long {
				fitting = fitting[:2]
				next += 2
			}
			for _, each := range fitting {
				all = append(all, &hurt{request: each, fault: fault, always: always, done: map[string]bool{}})
			}
		}
	}
	return all
}

// TestSecurity22EveryFaultAtEveryRequest: one fault is healed, and one that lasts is answered with the product's own 5xx; neither is ever
// taken for an answer.
func TestSecurity22EveryFaultAtEveryRequest(t *testing.T) {
	t.Parallel()
	const lanes = 3 // most of the time is spent waiting
	all := hurts()
	for lane := range lanes {
		t.Run(strconv.Itoa(lane), func(t *testing.T) {
			t.Parallel()
			cloud := site.Cloud(t)
			proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
			defer proxy.Close()
			gateway := cloud.Via(proxy.Endpoint).Gateway(settings, 3) // one for each kind of login
			f := newField(t, gateway, proxy.Settle)
			for i := lane; i < len(all); i += lanes {
				f.suffer(proxy, all[i])
			}
			judge(t, gateway)
			in, err := inDynamoDB(t.Context(), cloud)
			f.check(err)
			f.examine(inTheCloud, in)
			f.sum()
		})
	}
}

// login is one of those that are hurt.
type login struct {
	product target.Product
	kind    kind
	history *history
	err     error
	got     attempt
}

// as reports whether the login ended as it should: with a fault, or as if nothing had been hurt. In the quick form others may be
// so busy on this machine that a login's time for its store runs out.
func (l *login) as(fault bool) bool {
	switch {
	case fault:
		return l.got.verdict == target.Fault
	case !*long && l.got.verdict == target.Fault:
		const storeTime = 2500 * time.Millisecond
		return l.got.answered.Sub(l.got.sent) > storeTime
	case l.kind == right:
		return l.got.verdict == target.Accepted
	}
	return l.got.verdict.Refusal()
}

func atOnce(logins []*login, do func(*login)) {
	var wait sync.WaitGroup
	for _, each := range logins {
		wait.Go(func() { do(each) })
	}
	wait.Wait()
}

// suffer has every product logged in to in every way at once, while it hurts.
func (f *field) suffer(proxy *dynamolocal.Proxy, hurt *hurt) {
	f.t.Helper()
	var logins []*login
	for _, product := range target.Products {
		for _, kind := range []kind{wrong, right, locked} {
			logins = append(logins, &login{product: product, kind: kind})
		}
	}
	atOnce(logins, func(each *login) { each.history, each.err = f.primed(each.kind) })
	proxy.Choose(hurt.choose)
	atOnce(logins, func(each *login) {
		if each.err == nil {
			each.got = f.login(each.history, each.product, each.kind != wrong)
		}
	})
	proxy.Choose(nil)
	for _, each := range logins {
		f.check(each.err)
		if !each.as(hurt.expects(each.product, each.kind, f.issues[each.product.Name])) {
			f.t.Errorf("%s: %s, %s: %s: %s\n%s",
				hurt, each.product.Name, each.kind, each.got.verdict, each.got.text, f.logged(each.history))
		}
	}
	if len(hurt.done) == 0 || hurt.strange != "" {
		f.t.Errorf("%s: done to %d requests; this one is not listed: %q", hurt, len(hurt.done), hurt.strange)
	}
}

// primed is a new account with the failures that its kind has beforehand.
func (f *field) primed(kind kind) (*history, error) {
	h, err := f.user()
	if err != nil {
		return nil, err
	}
	policy, at := inTheCloud.policy, time.Now()
	failures := 1
	if kind == locked {
		failures, h.primed = policy.Limit, policy.Limit
	} else {
		at = at.Add(-2 * policy.Lockout)
	}
	for range failures {
		if _, err := f.at.Store().Refuse(f.t.Context(), h.account(), policy, at.Truncate(time.Millisecond)); err != nil {
			return nil, err
		}
	}
	return h, nil
}
