# The native part: librdkafka, the Confluent package's C++, and kt's extension, linked into one addon.
# Everything is kept in .build, outside of node_modules, and built again only where something changed.
# For another machine: BUILD is the folder to keep it in, CROSS what the tools' names begin with, TRIPLET the machine's
# name, and SYSROOT has that machine's libraries.
BUILD   ?= .build
CROSS   ?=
SYSROOT ?=
TRIPLET ?= $(shell gcc -print-multiarch)
PACKAGE := node_modules/@confluentinc/kafka-javascript
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",/\1/p' $(PACKAGE)/package.json)
RDKAFKA := $(BUILD)/librdkafka-$(VERSION)
OUT     := $(BUILD)/native-$(VERSION)
OWN     := src/kafka/native
LIBDIR  := $(abspath $(SYSROOT)/usr/lib/$(TRIPLET))
INCLUDE := $(if $(SYSROOT),-isystem $(abspath $(SYSROOT))/usr/include -isystem $(abspath $(SYSROOT))/usr/include/$(TRIPLET))
NODE    := $(firstword $(wildcard node_modules/node-linux-*))/include/node

CPPFLAGS := -DNODE_GYP_MODULE_NAME=kafka -DBUILDING_NODE_EXTENSION -DV8_DEPRECATION_WARNINGS=0 \
            -I$(OWN) -I$(PACKAGE) -isystem $(NODE) -isystem node_modules/nan -isystem $(RDKAFKA)/src -isystem $(RDKAFKA)/src-cpp
# Each function in a section of its own, so that the linker can leave out what nobody calls.
SECTIONS := -ffunction-sections -fdata-sections
CFLAGS   := -O2 -fPIC $(SECTIONS)
CXXFLAGS := $(CFLAGS) -std=c++20
# The package's sources are not ours to warn about, but the extension's are.
$(OUT)/package/%.o: CXXFLAGS += -w
$(OUT)/own/%.o: CXXFLAGS += -Wall -Wextra -Wno-unused-parameter -Wno-cast-function-type -Wno-deprecated-declarations

PACKAGE_OBJECTS := $(patsubst $(PACKAGE)/src/%.cc,$(OUT)/package/%.o,$(filter-out %/binding.cc,$(wildcard $(PACKAGE)/src/*.cc)))
OWN_OBJECTS     := $(patsubst $(OWN)/%,$(OUT)/own/%.o,$(basename $(wildcard $(OWN)/*.cc $(OWN)/*.c $(OWN)/librdkafka/*.c)))
# In the order of their names; each has its reason at its head, and is made for this version of librdkafka and no other.
PATCHES         := $(sort $(wildcard $(OWN)/librdkafka/*.patch))
PATCHED_VERSION := 2.15.1
PATCHED_NUMBER  := 0x020f01ff
LIBRARIES       := $(RDKAFKA)/src-cpp/librdkafka++.a $(RDKAFKA)/src/librdkafka-static.a

# kt copies it into memory at each start, so it is as small as it can be; the names for a debugger are beside it.
$(BUILD)/kafka.node: $(BUILD)/kafka.node.symbols
	$(CROSS)strip -o $@.new $<
	mv $@.new $@
$(BUILD)/kafka.node.symbols: $(PACKAGE_OBJECTS) $(OWN_OBJECTS) $(LIBRARIES)
	$(CROSS)g++ -shared -o $@ $(PACKAGE_OBJECTS) $(OWN_OBJECTS) $(LIBRARIES) -static-libstdc++ -static-libgcc \
	    -Wl,-Bsymbolic -Wl,--wrap=cnd_timedwait -Wl,--exclude-libs,ALL -Wl,--gc-sections -lpthread -ldl -lm -lrt -Wl,--strip-debug

$(OUT)/package/%.o: $(PACKAGE)/src/%.cc | $(LIBRARIES)
	@mkdir -p $(@D)
	$(CROSS)g++ $(CPPFLAGS) $(CXXFLAGS) -c $< -o $@
$(OUT)/own/%.o: $(OWN)/%.cc $(wildcard $(OWN)/*.h) | $(LIBRARIES)
	@mkdir -p $(@D)
	$(CROSS)g++ $(CPPFLAGS) $(CXXFLAGS) -c $< -o $@
# The C files name librdkafka's own structures.
$(OUT)/own/%.o: $(OWN)/%.c $(LIBRARIES)
	@mkdir -p $(@D)
	$(CROSS)gcc $(CPPFLAGS) $(CFLAGS) -Wall -Wextra -c $< -o $@

# Built in a folder that gets its name only when all is done: an interrupted build is begun anew.
# (Its configure takes a file named configure.something for a module: hence options.log.)
# One recipe makes both libraries, which needs GNU Make's grouped targets.
$(LIBRARIES) &: $(PATCHES)
	@grep -q '^#define RD_KAFKA_VERSION $(PATCHED_NUMBER)' $(PACKAGE)/deps/librdkafka/src/rdkafka.h || \
	    { echo "$(OWN)/librdkafka has patches for librdkafka $(PATCHED_VERSION), and the package brings another: see whether each is needed there, make it for that version, run scripts/test-librdkafka, and change the version in $(firstword $(MAKEFILE_LIST))." >&2; exit 1; }
	rm -rf $(RDKAFKA) $(RDKAFKA).new
	mkdir -p $(BUILD)
	cp -r $(PACKAGE)/deps/librdkafka $(RDKAFKA).new
	cat $(PATCHES) | patch --silent --fuzz=0 -p1 -d $(RDKAFKA).new
	cd $(RDKAFKA).new && STATIC_LIB_libcrypto=$(LIBDIR)/libcrypto.a STATIC_LIB_libssl=$(LIBDIR)/libssl.a \
	    STATIC_LIB_zlib=$(LIBDIR)/libz.a STATIC_LIB_libzstd=$(LIBDIR)/libzstd.a \
	    $(if $(CROSS),CC=$(CROSS)gcc CXX=$(CROSS)g++ LD=$(CROSS)ld AR=$(CROSS)ar NM=$(CROSS)nm OBJDUMP=$(CROSS)objdump STRIP=$(CROSS)strip RANLIB=$(CROSS)ranlib PKG_CONFIG=false) \
	    CFLAGS="$(SECTIONS) $(INCLUDE)" CXXFLAGS="$(SECTIONS) $(INCLUDE)" \
	    ./configure --enable-static --disable-curl --disable-gssapi --disable-lz4-ext > options.log
	$(MAKE) -C $(RDKAFKA).new libs > $(RDKAFKA).new/make.log 2>&1
	mv $(RDKAFKA).new $(RDKAFKA)
