package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"headwater/lake"
	"headwater/sales/need"
	"headwater/web"
)

func serveCommands(o *options) []*cobra.Command {
	var listen string
	var assist need.Assistant
	var withDemo, trustProxy, verbose bool
	c := &cobra.Command{Use: "serve", Short: "Serve the page and the API over a data directory", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.serve(c.Context(), serving{listen: listen, demo: withDemo, trustProxy: trustProxy, verbose: verbose, assistant: assist})
		})}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address and port")
	c.Flags().BoolVar(&withDemo, "demo", false, "fill an empty workspace with the demo")
	c.Flags().BoolVar(&trustProxy, "trust-proxy", false, "believe X-Forwarded-For and X-Forwarded-Proto")
	c.Flags().StringVar(&assist.URL, "assistant-url", os.Getenv("HEADWATER_ASSISTANT_URL"), "OpenAI-compatible address up to /v1 of a language model that may be asked for needs; notes are sent there when somebody wishes it ($HEADWATER_ASSISTANT_URL; its key in $HEADWATER_ASSISTANT_KEY)")
	c.Flags().StringVar(&assist.Model, "assistant-model", os.Getenv("HEADWATER_ASSISTANT_MODEL"), "name of the language model ($HEADWATER_ASSISTANT_MODEL)")
	c.Flags().BoolVar(&verbose, "verbose", false, "log every request")
	o.recon.flags(c)
	return []*cobra.Command{c}
}

type serving struct {
	listen                    string
	demo, trustProxy, verbose bool
	assistant                 need.Assistant
}

// asked is the language model that may be asked; nil unless an address was given.
func (s serving) asked() *need.Assistant {
	if s.assistant.URL == "" {
		return nil
	}
	a := s.assistant
	a.Key = os.Getenv("HEADWATER_ASSISTANT_KEY")
	return &a
}

func (o *options) serve(ctx context.Context, s serving) error {
	if o.server != "" {
		return usage("serve works on a data directory")
	}
	level := slog.LevelWarn
	if s.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w", s.listen, err)
	}
	defer l.Close()
	w, err := openWorkspace(ctx, workspaceConfig{Dir: o.dir(), Store: o.storeURL(), Copies: o.copies(), Page: web.Page(), Log: log, TrustProxy: s.trustProxy, Recon: o.recon, Assistant: s.asked()})
	if err != nil {
		return err
	}
	if s.demo {
		if err := w.fillDemo(ctx, o.dir(), time.Now()); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	if err := w.greet(ctx, "http://"+l.Addr().String(), o.dir(), s.demo); err != nil {
		return errors.Join(err, w.Close())
	}
	ahead := time.AfterFunc(time.Second, w.Packs.Prepare) // the first page comes first
	defer ahead.Stop()
	return errors.Join(serveUntilDone(ctx, l, w.Server), w.Close())
}

// serveUntilDone answers until ctx ends, then lets requests under way finish.
func serveUntilDone(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		return srv.Close()
	}
	return nil
}

// greet says on the console how to come in.
func (w *workspace) greet(ctx context.Context, address, dir string, withDemo bool) error {
	fmt.Printf("Headwater %s  %s  (data: %s)\n", version, address, dir)
	if w.Access.SetupNeeded() {
		fmt.Printf("First visit: open %s/setup?code=%s to become the owner.\n", address, w.Access.SetupCode())
		return nil
	}
	owner, ok := w.demoOwner()
	if !ok {
		if withDemo {
			fmt.Println("This workspace holds other data than the demo; sign in as usual.")
		}
		return nil
	}
	code, err := w.Access.CreateLink(ctx, lake.System, owner.ID, 24*time.Hour)
	if err != nil {
		return err
	}
	fmt.Printf("Demo data 演示数据. Sign in once with 一次性登录: %s/sign-in?code=%s\n", address, code)
	return nil
}
