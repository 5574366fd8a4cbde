package main

import "math"

// List prices of us-east-1 at the end of 2025, in dollars, on x86_64, without free tiers; of each the first tier, which is
// the dearest.
const (
	gatewayRequest = 3.50 / 1e6 // API Gateway, REST
	lambdaRequest  = 0.20 / 1e6
	lambdaGBSecond = 0.0000166667
	writeUnit      = 0.625 / 1e6 // DynamoDB, on demand
	readUnit       = 0.125 / 1e6
	storedGB       = 0.25 + 0.20 // DynamoDB, a month, with recovery to any point in time
)

// What a login takes of Lambda: 1,769 MB, which comes with one whole processor, for the time of its hash and of the store.
const (
	lambdaMB     = 1769.0
	lambdaGB     = lambdaMB / 1024
	storeSeconds = 0.030 // five requests, one after the other, of 6 ms each
)

// hashSeconds are those of bcrypt on one core, by cost.
var hashSeconds = map[int]float64{10: 0.057, 12: 0.230}

// awsSample is AWS's own measurement of bcrypt at cost 10 (aws-samples/sample-rust-multithread-lambda), in seconds. It was
// made with sampleMB, for which Lambda gives that much less of a processor.
var awsSample = map[string]float64{"x86_64": 0.0835, "arm64": 0.0943}

const (
	sampleMB      = 1536
	armSecondCost = 0.8 // of a second on x86_64
)

// sampleSeconds returns the time of AWS's sample with the memory that the functions have.
func sampleSeconds(architecture string) float64 { return awsSample[architecture] * sampleMB / lambdaMB }

// armSaving returns by how much arm64 makes the hash cheaper, in percent: a second costs less, but the hash takes longer.
func armSaving() float64 { return 100 * (1 - armSecondCost*awsSample["arm64"]/awsSample["x86_64"]) }

// throttleRate is how many requests a second API Gateway lets through: the template's default of ThrottleRate.
const throttleRate = 100

// concurrency is how many executions of an account may run at once, unless AWS is asked for more.
const concurrency = 1000

// itemOverhead is what DynamoDB bills besides an item's own bytes ("Item sizes and formats").
const itemOverhead = 100

// directory is one of some size, in which each user logs in at Unleash's endpoint once a day.
type directory struct {
	Users                 float64
	reads, writes         float64 // units of a login
	userBytes, loginBytes float64 // that stay: of a user, of a login's session
}

const (
	days        = 30 // a month
	day         = 24 * 60 * 60
	sessionDays = 2   // how long one of Unleash lasts
	peak        = 10  // how much more there is to do in the busiest second than on average
	identifiers = 2   // of a user: a name and an e-mail address
	gigabyte    = 1e9 // as it is billed
)

// of is a directory by the figures of the items and of Unleash's login.
func of(users float64, f figures) (directory, error) {
	d := directory{Users: users}
	var user, login, account, session float64
	for _, each := range []struct {
		into            *float64
		benchmark, unit string
	}{
		{&d.reads, unleashLogin, "accepted-reads"}, {&d.writes, unleashLogin, "accepted-writes"},
		{&user, "Items", "user-B"}, {&login, "Items", "login-B"},
		{&account, "Items", "account-B"}, {&session, "Items", "session-B"},
	} {
		var err error
		if *each.into, err = f.get(each.benchmark, each.unit); err != nil {
			return d, err
		}
	}
	d.userBytes = user + identifiers*login + account + (2+identifiers)*itemOverhead
	d.loginBytes = session + itemOverhead
	return d, nil
}

const unleashLogin = "Requests/users=1000/unleash"

// Logins are those of a month.
func (d directory) Logins() float64 { return d.Users * days }

// Mean is how many logins there are in a second.
func (d directory) Mean() float64 { return d.Users / day }

// Peak is how many there are in the busiest one.
func (d directory) Peak() float64 { return peak * d.Mean() }

// Executions are those of Lambda that run at once in the busiest second.
func (d directory) Executions(cost int) float64 { return math.Ceil(d.Peak() * seconds(cost)) }

// Stored is what is kept, in bytes.
func (d directory) Stored() float64 { return d.Users * (d.userBytes + sessionDays*d.loginBytes) }

// Keeping is what that costs a month.
func (d directory) Keeping() float64 { return d.Stored() / gigabyte * storedGB }

// Units is what DynamoDB's reads and writes cost a month.
func (d directory) Units() float64 { return d.Logins() * (d.reads*readUnit + d.writes*writeUnit) }

// Gateway is what API Gateway costs a month.
func (d directory) Gateway() float64 { return d.Logins() * gatewayRequest }

// Lambda is what the functions cost a month.
func (d directory) Lambda(cost int) float64 {
	return d.Logins() * (lambdaRequest + lambdaGB*seconds(cost)*lambdaGBSecond)
}

// Serving is what all logins cost a month.
func (d directory) Serving(cost int) float64 { return d.Units() + d.Gateway() + d.Lambda(cost) }

// Together is what logins and storage cost a month.
func (d directory) Together(cost int) float64 { return d.Serving(cost) + d.Keeping() }

// loginsAtOnce is how many logins a second that concurrency is enough for.
func loginsAtOnce(cost int) float64 { return concurrency / seconds(cost) }

// seconds are those that a function has a login for.
func seconds(cost int) float64 { return hashSeconds[cost] + storeSeconds }
