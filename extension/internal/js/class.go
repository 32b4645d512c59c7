package js

import (
	"fmt"
	"reflect"

	"github.com/grafana/sobek"
)

// Class is a JavaScript class of one runtime whose instances hide a *T. Nothing of T is reachable from JavaScript but
// what methods, getters and properties give out.
type Class[T any] struct {
	rt          *sobek.Runtime
	name        string
	prototype   *sobek.Object
	constructor *sobek.Object
	own         []property[T]
}

type property[T any] struct {
	name string
	of   func(self *T) any
}

// hidden is where an instance keeps its handle.
var hidden = sobek.NewSymbol("handle")

// handle holds the value; its field is unexported, so that the engine's reflection shows scripts nothing.
type handle[T any] struct{ value *T }

// NewClass declares a class. construct makes a new instance's value; with nil, scripts cannot construct any.
func NewClass[T any](rt *sobek.Runtime, name string, construct func(call sobek.ConstructorCall) (*T, error)) *Class[T] {
	class := &Class[T]{rt: rt, name: name}
	if construct == nil {
		class.prototype = rt.NewObject()
		return class
	}
	class.constructor = rt.ToValue(func(call sobek.ConstructorCall) *sobek.Object {
		value, err := Guard(func() (*T, error) { return construct(call) })
		if err != nil {
			Throw(rt, err)
		}
		class.fill(call.This, value)
		return nil // This, whose prototype is that of new.target
	}).(*sobek.Object)
	must(
		rt,
		class.constructor.DefineDataProperty("name", rt.ToValue(name), sobek.FLAG_FALSE, sobek.FLAG_TRUE, sobek.FLAG_FALSE),
	)
	class.prototype = class.constructor.Get("prototype").ToObject(rt)
	return class
}

// Constructor is what the module exports.
func (c *Class[T]) Constructor() *sobek.Object { return c.constructor }

// Method adds a method.
func (c *Class[T]) Method(name string, fn func(self *T, call sobek.FunctionCall) (sobek.Value, error)) *Class[T] {
	method := Func(c.rt, func(call sobek.FunctionCall) (sobek.Value, error) {
		self, err := c.self(name, call.This)
		if err != nil {
			return nil, err
		}
		return fn(self, call)
	})
	must(
		c.rt,
		c.prototype.DefineDataProperty(name, Named(c.rt, name, method), sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_FALSE),
	)
	return c
}

// Getter adds a read-only property that is computed at each look.
func (c *Class[T]) Getter(name string, fn func(self *T) any) *Class[T] {
	return c.Computed(name, func(self *T) (sobek.Value, error) { return Value(c.rt, fn(self)), nil })
}

// Computed is a Getter whose computation can fail: to look then throws.
func (c *Class[T]) Computed(name string, fn func(self *T) (sobek.Value, error)) *Class[T] {
	getter := Func(c.rt, func(call sobek.FunctionCall) (sobek.Value, error) {
		self, err := c.self(name, call.This)
		if err != nil {
			return nil, err
		}
		return fn(self)
	})
	must(c.rt, c.prototype.DefineAccessorProperty(name, Named(c.rt, name, getter), nil, sobek.FLAG_TRUE, sobek.FLAG_FALSE))
	return c
}

// Property adds a constant that instances own, so that console.log shows it.
func (c *Class[T]) Property(name string, fn func(self *T) any) *Class[T] {
	c.own = append(c.own, property[T]{name, fn})
	return c
}

// New makes an instance around value.
func (c *Class[T]) New(value *T) *sobek.Object {
	object := c.rt.CreateObject(c.prototype)
	c.fill(object, value)
	return object
}

func (c *Class[T]) fill(object *sobek.Object, value *T) {
	inner := c.rt.ToValue(&handle[T]{value: value})
	must(c.rt, object.DefineDataPropertySymbol(hidden, inner, sobek.FLAG_FALSE, sobek.FLAG_FALSE, sobek.FLAG_FALSE))
	for _, each := range c.own {
		constant := Value(c.rt, each.of(value))
		must(c.rt, object.DefineDataProperty(each.name, constant, sobek.FLAG_FALSE, sobek.FLAG_FALSE, sobek.FLAG_TRUE))
	}
}

// Unwrap gives the value inside an instance of the class of T; false when value is anything else.
func Unwrap[T any](value sobek.Value) (*T, bool) {
	object, ok := value.(*sobek.Object)
	if !ok {
		return nil, false
	}
	// A look at the type first: exporting just any object is not safe (new Array(2**32-1) would be made real and end the
	// process).
	inner, ok := object.GetSymbol(hidden).(*sobek.Object)
	if !ok || inner.ExportType() != reflect.TypeFor[*handle[T]]() {
		return nil, false
	}
	found, ok := inner.Export().(*handle[T])
	if !ok || found == nil {
		return nil, false
	}
	return found.value, true
}

func (c *Class[T]) self(member string, this sobek.Value) (*T, error) {
	value, ok := Unwrap[T](this)
	if !ok {
		return nil, fmt.Errorf("%s.%s was called on something that is not a %s", c.name, member, c.name)
	}
	return value, nil
}

// Named makes fn a JavaScript function of that name, as stack traces and REPLs show it.
func Named(rt *sobek.Runtime, name string, fn func(sobek.FunctionCall) sobek.Value) *sobek.Object {
	function := rt.ToValue(fn).(*sobek.Object)
	must(rt, function.DefineDataProperty("name", rt.ToValue(name), sobek.FLAG_FALSE, sobek.FLAG_TRUE, sobek.FLAG_FALSE))
	return function
}

// must is for definitions on fresh objects, which fail only when this code is wrong.
func must(rt *sobek.Runtime, err error) {
	if err != nil {
		Throw(rt, err)
	}
}
