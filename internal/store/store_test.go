package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"qualsys/internal/store"
	"qualsys/internal/testdb"
)

type setting struct{ Name, Value string }

func (setting) TableName() string { return "settings" }

func TestTransactions(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		put := func(name string) error {
			return db.Write(ctx, func(tx *store.Tx) error {
				return tx.Create(&setting{name, "1"}).Error
			})
		}
		count := func() (n int64) {
			t.Helper()
			if err := db.Read(ctx, func(tx *store.Tx) error {
				return tx.Model(&setting{}).Count(&n).Error
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}

		t.Run("what is committed is there", func(t *testing.T) {
			if err := put("a"); err != nil {
				t.Fatal(err)
			}
			if n := count(); n != 1 {
				t.Fatalf("%d rows", n)
			}
		})
		t.Run("a taken key is a duplicate", func(t *testing.T) {
			if err := put("a"); !store.Duplicate(err) {
				t.Fatalf("got %v", err)
			}
		})
		t.Run("what fails leaves nothing", func(t *testing.T) {
			mine := errors.New("mine")
			err := db.Write(ctx, func(tx *store.Tx) error {
				if err := tx.Create(&setting{"b", "1"}).Error; err != nil {
					return err
				}
				return mine
			})
			if !errors.Is(err, mine) || count() != 1 {
				t.Fatalf("err %v, %d rows", err, count())
			}
		})
		t.Run("what panics leaves nothing and frees the writer", func(t *testing.T) {
			func() {
				defer func() { _ = recover() }()
				_ = db.Write(ctx, func(tx *store.Tx) error {
					tx.Create(&setting{"c", "1"})
					panic("mine")
				})
			}()
			if n := count(); n != 1 {
				t.Fatalf("%d rows", n)
			}
			if err := put("d"); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("a reading transaction cannot write", func(t *testing.T) {
			err := db.Read(ctx, func(tx *store.Tx) error { return tx.Create(&setting{"e", "1"}).Error })
			if err == nil {
				t.Fatal("it wrote")
			}
		})
		t.Run("a missing row is ErrNone", func(t *testing.T) {
			err := db.Read(ctx, func(tx *store.Tx) error {
				var s setting
				return store.One(tx.Where("name = ?", "zz"), &s)
			})
			if !errors.Is(err, store.ErrNone) {
				t.Fatalf("got %v", err)
			}
		})
	})
}

func TestInstantKeepsMicroseconds(t *testing.T) {
	at := store.At(time.Date(2026, 11, 23, 0, 12, 3, 456789999, time.UTC))
	v, err := at.Value()
	if err != nil {
		t.Fatal(err)
	}
	var back store.Instant
	if err := back.Scan(v); err != nil {
		t.Fatal(err)
	}
	if !back.Equal(at.Time) || back.Nanosecond() != 456789000 {
		t.Fatalf("%v became %v", at, back)
	}
	if v, err := (store.Instant{}).Value(); v != nil || err != nil {
		t.Fatalf("zero became %v, %v", v, err)
	}
}
