// Preferences for a new Firefox profile that runs one page and asks nothing.
// No services that call home: a test wants no traffic but its own.
user_pref("app.normandy.enabled", false);
user_pref("app.update.auto", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.newtabpage.activity-stream.unifiedAds.spocs.enabled", false);
user_pref("browser.newtabpage.activity-stream.unifiedAds.tiles.enabled", false);
user_pref("browser.region.network.url", "");
user_pref("browser.region.update.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.search.update", false);
user_pref("browser.topsites.contile.enabled", false);
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.push.connection.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("media.gmp-manager.updateEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
// Port 9 of the loopback interface discards: these have no off switch.
user_pref("browser.newtabpage.activity-stream.unifiedAds.endpoint", "http://127.0.0.1:9/");
user_pref("services.settings.server", "http://127.0.0.1:9/");
user_pref("telemetry.fog.test.localhost_port", 9);
user_pref("toolkit.telemetry.server", "http://127.0.0.1:9/");
user_pref("toolkit.telemetry.enabled", false);
user_pref("toolkit.telemetry.unified", false);
// Programs talk to this machine, whatever the environment says of proxies.
user_pref("network.proxy.type", 0);
// No pages of its own before ours, no questions.
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.sessionstore.resume_from_crash", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.firstRunURL", "");
user_pref("termsofuse.bypassNotification", true);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
// The profile ends with the program: its cookies need not wait for a disk.
user_pref("network.cookie.noPersistentStorage", true);
// No question about slow scripts, no slow timers.
user_pref("dom.max_script_run_time", 0);
user_pref("dom.min_background_timeout_value", 4);
