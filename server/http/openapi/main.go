// Command openapi prints the description of the API; make generate writes it to web/openapi.json.
package main

import (
	"fmt"
	"os"

	httpapi "headwater/server/http"
)

func main() {
	text, err := httpapi.OpenAPI()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(text))
}
