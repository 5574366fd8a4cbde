// Command login is the Lambda function that answers Social ID Now's login endpoint.
package main

import (
	"gatehouse/functions/socialid"
	"gatehouse/shared/function"
)

func main() { function.Main(socialid.NewLogin) }
