// Command login is the Lambda function that answers Unleash's login endpoint.
package main

import (
	"gatehouse/functions/unleash"
	"gatehouse/shared/function"
)

func main() { function.Main(unleash.NewLogin) }
