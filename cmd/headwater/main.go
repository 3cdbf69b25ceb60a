// Command headwater is the whole product in one binary: server, page and command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build.
var version = "dev"

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // much short-lived memory, little that lasts: fewer collections are worth it
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// Exit codes.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitConflict = 3 // a conflict, or rejected rows
)

func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var known *exitError
	if !errors.As(err, &known) {
		known = &exitError{code: exitUsage, err: err} // cobra's own complaints
	}
	if known.err != nil {
		fmt.Fprintln(os.Stderr, "headwater: "+known.err.Error())
		if known.code == exitUsage {
			fmt.Fprintln(os.Stderr, "See 'headwater help'.")
		}
	}
	return known.code
}

// exitError is a failure with its exit code; without err everything was said already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return "exit"
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func failed(err error) error {
	var known *exitError
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &exitError{code: exitOf(err), err: err}
}

func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// options are the flags that every command knows.
type options struct {
	data, server, token, branch string
	storeAt                     string
	copiesAt                    string
	recon                       reconOptions
}

func newRoot() *cobra.Command {
	o := &options{}
	root := &cobra.Command{
		Use:           "headwater",
		Short:         "Headwater 智能销售中台: selling on a logical data lake",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	help := func(c *cobra.Command, _ []string) error { return c.Help() }
	root.Args, root.RunE = cobra.NoArgs, help
	f := root.PersistentFlags()
	f.StringVar(&o.data, "data", "", "data directory (default $HEADWATER_DATA_DIR, then ./headwater-data)")
	f.StringVar(&o.copiesAt, "copies", "", "directory of kept and pinned rows, shared by all nodes on one database (default $HEADWATER_COPIES, then copies in the data directory)")
	f.StringVar(&o.storeAt, "store", "", "PostgreSQL database that holds the workspace, postgres://… (default $HEADWATER_STORE, then the data directory)")
	f.StringVar(&o.server, "server", "", "address of a running server, instead of a data directory")
	f.StringVar(&o.token, "token", "", "API token for --server (default $HEADWATER_TOKEN)")
	for _, add := range []func(*options) []*cobra.Command{serveCommands, recordCommands, importCommands, queryCommands,
		branchCommands, sourceCommands, entityCommands, userCommands, keepCommands, packCommands, profileCommands, eraseCommands, mineCommands, reconCommands, quoteCommands, documentCommands} {
		root.AddCommand(add(o)...)
	}
	for _, c := range root.Commands() {
		if !c.Runnable() { // a group: a word that it doesn't know is a mistake, not a wish for help
			c.Args, c.RunE = cobra.NoArgs, help
		}
	}
	return root
}

// action runs a command's work and gives its error an exit code.
func action(fn func(c *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error { return failed(fn(c, args)) }
}

func (o *options) dir() string {
	if o.data != "" {
		return o.data
	}
	if dir := os.Getenv("HEADWATER_DATA_DIR"); dir != "" {
		return dir
	}
	return "headwater-data"
}

func (o *options) branchFlag(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&o.branch, "branch", "", "branch (default main)")
	return c
}
