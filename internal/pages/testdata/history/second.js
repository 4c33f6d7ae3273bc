"use strict";
report("second page");
