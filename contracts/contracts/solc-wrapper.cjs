#!/usr/bin/env node
// forge looks for a relative `solc` path in the directory it is started in (the project), but starts it in its root
// (this folder's parent). One path that is good in both places: contracts/solc-wrapper.cjs, which is here too.
'use strict';
require('../solc-wrapper.cjs');
