// The program that a user would write with Telnyx's own SDK instead of trunkwarden: list everything, compare with a
// snapshot.
//
//   NODE_EXTRA_CA_CERTS=ca.pem node sweep.mjs https://127.0.0.1:PORT/v2 KEY_FILE snapshot.json
//
// The snapshot holds for each list {"key": what names an object, "fields": what is compared, "objects": {name: object}};
// without "fields" the whole object is compared. Exits 2 when anything differs.
import { readFileSync } from 'node:fs';
import Telnyx from 'telnyx';

const [baseURL, keyFile, snapshotFile] = process.argv.slice(2);
const api = new Telnyx({ apiKey: readFileSync(keyFile, 'utf8').trim(), baseURL });
const full = { 'page[size]': 250 };
const short = { 'page[size]': 100 };

// Each page of these is asked for by the SDK itself.
const lists = {
  '/credential_connections': () => api.credentialConnections.list(full),
  '/ip_connections': () => api.ipConnections.list(full),
  '/fqdn_connections': () => api.fqdnConnections.list(full),
  '/uac_connections': () => api.uacConnections.list(full),
  '/external_connections': () => api.externalConnections.list(full),
  '/ips': () => api.ips.list(full),
  '/fqdns': () => api.fqdns.list(full),
  '/telephony_credentials': () => api.telephonyCredentials.list(full),
  '/texml_applications': () => api.texmlApplications.list(full),
  '/call_control_applications': () => api.callControlApplications.list(full),
  '/fax_applications': () => api.faxApplications.list(full),
  '/outbound_voice_profiles': () => api.outboundVoiceProfiles.list(full),
  '/messaging_profiles': () => api.messagingProfiles.list(full),
  '/phone_numbers/voice': () => api.phoneNumbers.voice.list(full),
  '/phone_numbers': () => api.phoneNumbers.list(full),
  '/verified_numbers': () => api.verifiedNumbers.list(full),
  '/portouts': () => api.portouts.list(full),
  '/organizations/users': () => api.organizations.users.list({ ...full, include_groups: true }),
  '/authentication_providers': () => api.authenticationProviders.list(full),
  '/oauth_clients': () => api.oauthClients.list(short),
  '/oauth_grants': () => api.oauthGrants.list(short),
  '/access_ip_address': () => api.accessIPAddress.list(full),
  '/access_ip_ranges': () => api.accessIPRanges.list(full),
  '/integration_secrets': () => api.integrationSecrets.list(full),
  '/wireguard_peers': () => api.wireguardPeers.list(full),
  '/managed_accounts': () => api.managedAccounts.list(full),
  '/notification_channels': () => api.notificationChannels.list(full),
  '/notification_settings': () => api.notificationSettings.list(full),
  '/connections': () => api.connections.list(full),
};

// Those without pages, and those that few accounts have or the SDK does not know.
const whole = {
  '/ai/assistants': () => api.ai.assistants.list(),
  '/payment/auto_recharge_prefs': () => api.payment.autoRechargePrefs.list(),
  '/ai/mcp_servers': () => api.get('/ai/mcp_servers', { query: short }),
  '/ai/tools': () => api.get('/ai/tools', { query: short }),
  '/iam/settings': () => api.get('/iam/settings'),
};
for (const path of [
  '/iam/api_keys', '/iam/service_accounts', '/iam/grants', '/iam/roles', '/verify_profiles', '/messaging_hosted_number_orders',
  '/short_codes', '/v2/mobile_phone_numbers', '/v2/mobile_voice_connections', '/phone_numbers/jobs',
  '/whatsapp/business_accounts',
]) {
  whole[path] = () => api.get(path, { query: full });
}

const at = (object, path) => path.split('.').reduce((inner, name) => inner?.[name], object) ?? null;
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

let objects = 0;
let differences = 0;

function compare(item, name, trusted, seen) {
  ++objects;
  seen.add(name);
  const known = trusted.objects[name];
  if (known === undefined) {
    ++differences;
    console.log(`unknown: ${name}`);
  } else if (trusted.fields) {
    for (const field of trusted.fields) {
      if (!same(at(item, field), known[field])) {
        ++differences;
        console.log(`changed: ${name} ${field}`);
      }
    }
  } else if (!same(item, known)) {
    ++differences;
    console.log(`changed: ${name}`);
  }
}

function missing(trusted, seen) {
  for (const name of Object.keys(trusted.objects)) {
    if (!seen.has(name)) {
      ++differences;
      console.log(`missing: ${name}`);
    }
  }
}

const snapshot = JSON.parse(readFileSync(snapshotFile, 'utf8'));
for (const [path, list] of Object.entries(lists)) {
  const trusted = snapshot[path];
  const seen = new Set();
  for await (const item of list()) {
    compare(item, item[trusted.key], trusted, seen);
  }
  missing(trusted, seen);
}
for (const [path, list] of Object.entries(whole)) {
  const trusted = snapshot[path];
  const seen = new Set();
  const answer = await list();
  for (const item of [answer.data ?? answer].flat()) {
    compare(item, item[trusted.key] ?? path, trusted, seen);
  }
  missing(trusted, seen);
}
console.log(`${objects} objects, ${differences} differences`);
process.exitCode = differences === 0 ? 0 : 2;
