package js

import (
	"fmt"
	"reflect"

	"github.com/grafana/sobek"
)

// Class is a JavaScript class of one runtime whose instances hide a *T. Nothing of T is reachable from JavaScript but what methods
// and getters give out: instances have no own properties.
type Class[T any] struct {
	rt          *sobek.Runtime
	name        string
	prototype   *sobek.Object
	constructor *sobek.Object
}

// handle is what an instance holds; its field is unexported, so reflection by the engine shows nothing.
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
		object := class.New(value)
		if call.NewTarget != nil && call.NewTarget != class.constructor { // class X extends Name
			if prototype, ok := call.NewTarget.Get("prototype").(*sobek.Object); ok {
				must(rt, object.SetPrototype(prototype))
			}
		}
		return object
	}).(*sobek.Object)
	must(rt, class.constructor.DefineDataProperty("name", rt.ToValue(name), sobek.FLAG_FALSE, sobek.FLAG_TRUE, sobek.FLAG_FALSE))
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
	must(c.rt, c.prototype.DefineDataProperty(name, c.named(name, method), sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_FALSE))
	return c
}

// Getter adds a read-only property.
func (c *Class[T]) Getter(name string, fn func(self *T) any) *Class[T] {
	getter := Func(c.rt, func(call sobek.FunctionCall) (sobek.Value, error) {
		self, err := c.self(name, call.This)
		if err != nil {
			return nil, err
		}
		return Value(c.rt, fn(self)), nil
	})
	must(c.rt, c.prototype.DefineAccessorProperty(name, c.named(name, getter), nil, sobek.FLAG_TRUE, sobek.FLAG_FALSE))
	return c
}

// New makes an instance around value.
func (c *Class[T]) New(value *T) *sobek.Object {
	object := c.rt.ToValue(&handle[T]{value: value}).(*sobek.Object)
	must(c.rt, object.SetPrototype(c.prototype))
	return object
}

// Unwrap gives the value inside an instance; false when value is anything else.
func (c *Class[T]) Unwrap(value sobek.Value) (*T, bool) { return Unwrap[T](value) }

// Unwrap gives the value inside an instance of the class of T; false when value is anything else.
func Unwrap[T any](value sobek.Value) (*T, bool) {
	object, ok := value.(*sobek.Object)
	if !ok {
		return nil, false
	}
	// Exporting just any object is not safe: new Array(2**32-1) would be made real and end the process.
	if object.ExportType() != reflect.TypeFor[*handle[T]]() {
		return nil, false
	}
	inner, ok := object.Export().(*handle[T])
	if !ok || inner == nil {
		return nil, false
	}
	return inner.value, true
}

func (c *Class[T]) self(member string, this sobek.Value) (*T, error) {
	value, ok := c.Unwrap(this)
	if !ok {
		return nil, fmt.Errorf("%s.%s was called on something that is not a %s", c.name, member, c.name)
	}
	return value, nil
}

func (c *Class[T]) named(name string, fn func(sobek.FunctionCall) sobek.Value) sobek.Value {
	return Named(c.rt, name, fn)
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
