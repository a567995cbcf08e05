#include "simulator/endpoints.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace {

// Markers: "@now" and its like are dates in the form this list uses, "@secret" a secret with CANARY in it,
// "@uuid" and
// "@digits" fresh identifiers, "@organization" the account's own, "@owner" the owner of the API key.

constexpr std::string_view connection_base = R"({
  "id": "", "record_type": "", "active": true, "anchorsite_override": "Latency", "connection_name": "",
  "created_at": "@now", "updated_at": "@now", "android_push_credential_id": null, "ios_push_credential_id": null,
  "call_cost_in_webhooks": false, "default_on_hold_comfort_noise_enabled": true, "dtmf_type": "RFC 2833",
  "encode_contact_header_enabled": false, "encrypted_media": null, "noise_suppression": "disabled",
  "noise_suppression_details": {"attenuation_limit": 80, "engine": "denoiser"},
  "onnet_t38_passthrough_enabled": false, "tags": [],
  "jitter_buffer": {"enable_jitter_buffer": false, "jitterbuffer_msec_max": 200, "jitterbuffer_msec_min": 60},
  "rtcp_settings": {"capture_enabled": false, "port": "rtp+1", "report_frequency_secs": 5},
  "webhook_api_version": "1", "webhook_event_url": null, "webhook_event_failover_url": "", "webhook_timeout_secs": null,
  "inbound": {"ani_number_format": "E.164-national", "channel_limit": null, "codecs": ["G722", "G711U", "G711A", "G729"],
    "default_routing_method": "sequential", "dnis_number_format": "e164", "generate_ringback_tone": false,
    "isup_headers_enabled": false, "prack_enabled": false, "shaken_stir_enabled": false,
    "sip_compact_headers_enabled": true, "timeout_1xx_secs": 3, "timeout_2xx_secs": 90},
  "outbound": {"ani_override": "", "ani_override_type": "always", "call_parking_enabled": null, "channel_limit": null,
    "generate_ringback_tone": false, "instant_ringback_enabled": false, "localization": "US",
    "outbound_voice_profile_id": null, "t38_reinvite_source": "telnyx"}
})";

// t38_fax_gateway_enabled and registration_status are not in the specification, but were seen in answers.
constexpr std::string_view credential_connection = R"({
  "record_type": "credential_connection", "user_name": "@user_name", "password": "@secret",
  "sip_uri_calling_preference": null, "registration_status": "Not Registered", "t38_fax_gateway_enabled": false,
  "conversation_persistence": false,
  "inbound": {"simultaneous_ringing": "disabled"}
})";

constexpr std::string_view ip_connection = R"({
  "record_type": "ip_connection", "transport_protocol": "UDP", "t38_fax_gateway_enabled": false,
  "conversation_persistence": false,
  "inbound": {"default_primary_ip_id": "", "default_secondary_ip_id": "", "default_tertiary_ip_id": "",
    "sip_region": "US", "sip_subdomain": "", "sip_subdomain_receive_settings": "only_my_connections"},
  "outbound": {"ip_authentication_method": "tech-prefixp-charge-info", "ip_authentication_token": null,
    "localization": null, "t38_reinvite_source": "customer", "tech_prefix": ""}
})";

// fqdn_authentication_method is not in the specification, but was seen in answers.
constexpr std::string_view fqdn_connection = R"({
  "record_type": "fqdn_connection", "transport_protocol": "UDP", "user_name": "@user_name", "password": "@secret",
  "adjust_dtmf_timestamp": false, "call_cost_enabled": false, "ignore_dtmf_duration": false, "ignore_mark_bit": false,
  "microsoft_teams_sbc": false, "rtp_pass_codecs_on_stream_change": false, "send_normalized_timestamps": false,
  "third_party_control_enabled": false, "txt_name": "", "txt_ttl": 60, "txt_value": "",
  "conversation_persistence": false,
  "inbound": {"default_primary_fqdn_id": null, "default_secondary_fqdn_id": null, "default_tertiary_fqdn_id": null,
    "sip_region": "US", "sip_subdomain": null, "sip_subdomain_receive_settings": "from_anyone"},
  "outbound": {"channel_limit": 10, "encrypted_media": null, "ip_authentication_method": "ip-authentication",
    "fqdn_authentication_method": "ip-authentication", "ip_authentication_token": "@secret", "t38_reinvite_source": "customer", "tech_prefix": "",
    "timeout_1xx_secs": 3, "timeout_2xx_secs": 90}
})";

// Served below each FQDN connection; an answer is not in the specification of July.
constexpr std::string_view fqdn_authentication = R"({
  "connection_id": "", "record_type": "fqdn_authentication", "user_name": null, "password": null,
  "fqdn_outbound_authentication": null, "ip_authentication_method": null, "webhook_url": null, "failover_url": null
})";

// The phone that is registered with the user name of a connection: served by /sip_registration_status.
constexpr std::string_view sip_registration = R"({
  "connection_id": "", "ua_ip": "203.0.113.20", "ua_port": 5060, "transport": "UDP"
})";

// A call that runs, or ran: served by /calls/{id} and /connections/{id}/active_calls.
constexpr std::string_view call = R"({
  "record_type": "call", "connection_id": "", "call_leg_id": "@uuid", "call_session_id": "@uuid",
  "call_duration": 341, "client_state": null, "is_alive": true
})";

// Served for each connection that has one.
constexpr std::string_view custom_storage = R"({
  "connection_id": "", "record_type": "custom_storage_credentials", "backend": "s3",
  "configuration": {"backend": "s3", "bucket": "", "region": "us-east-1", "endpoint": null,
    "aws_access_key_id": "@secret", "aws_secret_access_key": "@secret"}
})";

constexpr std::string_view uac_connection = R"({
  "record_type": "uac_connection", "user_name": "@user_name", "password": "@secret",
  "authentication": "uac-authentication", "fqdn": "", "fqdn_outbound_authentication": "credential-authentication",
  "fqdns": [], "sip_uri_calling_preference": null, "registration_status": null,
  "registration_status_updated_at": null,
  "external_uac_settings": {"auth_username": null, "expiration_sec": 600, "from_user": null, "outbound_proxy": null,
    "password": "@secret", "proxy": "", "transport": "UDP", "username": "trunk"},
  "internal_uac_settings": {"destination_uri": ""},
  "inbound": {"simultaneous_ringing": "disabled", "sip_region": "US", "sip_subdomain": "",
    "sip_subdomain_receive_settings": "only_my_connections"}
})";

constexpr std::string_view external_connection = R"({
  "id": "", "record_type": "external_connection", "active": true, "created_at": "@now", "updated_at": "@now",
  "credential_active": false, "external_sip_connection": "zoom", "inbound": {"channel_limit": null},
  "outbound": {"channel_limit": null, "outbound_voice_profile_id": null}, "tags": [],
  "webhook_api_version": "1", "webhook_event_failover_url": "", "webhook_event_url": "https://hooks.example.com/external",
  "webhook_timeout_secs": null
})";

constexpr std::string_view unknown_connection = R"({
  "id": "", "record_type": "push_to_talk_connection", "active": true, "anchorsite_override": "Latency",
  "connection_name": "", "created_at": "@now", "updated_at": "@now", "outbound_voice_profile_id": null, "tags": [],
  "webhook_api_version": "1", "webhook_event_failover_url": "", "webhook_event_url": null
})";

constexpr std::string_view ip = R"({
  "id": "", "record_type": "ip", "connection_id": "", "ip_address": "", "port": 5060,
  "created_at": "@now", "updated_at": "@now"
})";

// tf_weight is not in the specification, but was seen in answers.
constexpr std::string_view fqdn = R"({
  "id": "", "record_type": "fqdn", "connection_id": "", "fqdn": "", "port": 5060, "dns_record_type": "a",
  "tf_weight": null, "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view telephony_credential = R"({
  "id": "", "record_type": "credential", "name": "", "resource_id": "", "user_id": "@owner",
  "sip_username": "@user_name", "sip_password": "@secret", "expired": false, "expires_at": "2042-01-01T00:00:00",
  "created_at": "@now_bare", "updated_at": "@now_bare"
})";

constexpr std::string_view application_base = R"({
  "id": "", "active": true, "anchorsite_override": "Latency", "created_at": "@now", "updated_at": "@now", "tags": [],
  "inbound": {"channel_limit": null, "sip_subdomain": null, "sip_subdomain_receive_settings": "from_anyone"},
  "outbound": {"channel_limit": null, "outbound_voice_profile_id": null}
})";

constexpr std::string_view texml_application = R"({
  "record_type": "texml_application", "friendly_name": "", "call_cost_in_webhooks": false, "dtmf_type": "RFC 2833",
  "first_command_timeout": false, "first_command_timeout_secs": 30, "voice_url": "", "voice_method": "post",
  "voice_fallback_url": null, "status_callback": null, "status_callback_method": "post",
  "inbound": {"shaken_stir_enabled": false}
})";

constexpr std::string_view call_control_application = R"({
  "record_type": "call_control_application", "application_name": "", "call_cost_in_webhooks": false,
  "dtmf_type": "RFC 2833", "first_command_timeout": false, "first_command_timeout_secs": 30,
  "redact_dtmf_debug_logging": false, "webhook_api_version": "1", "webhook_event_url": "",
  "webhook_event_failover_url": "", "webhook_timeout_secs": null, "inbound": {"shaken_stir_enabled": false}
})";

constexpr std::string_view fax_application = R"({
  "record_type": "fax_application", "application_name": "", "webhook_event_url": "", "webhook_event_failover_url": "",
  "webhook_timeout_secs": null
})";

constexpr std::string_view outbound_voice_profile = R"({
  "id": "", "record_type": "outbound_voice_profile", "name": "", "billing_group_id": null,
  "call_recording": {"call_recording_caller_phone_numbers": [], "call_recording_channels": "single",
    "call_recording_format": "wav", "call_recording_type": "none"},
  "calling_window": {"calls_per_cld": 0, "end_time": "23:59:59.000Z", "start_time": "00:00:00.000Z"},
  "concurrent_call_limit": null, "connections_count": 0, "daily_spend_limit": null, "daily_spend_limit_enabled": false,
  "enabled": true, "max_destination_rate": null, "service_plan": "global", "tags": [],
  "traffic_type": "conversational", "usage_payment_method": "rate-deck", "whitelisted_destinations": ["US", "CA"],
  "created_at": "@now", "updated_at": "@now"
})";

// The "voice", "messaging" and "voicemail" parts are what the views show; the core list does not.
// number_level_routing, number_block_id and bundle_id are not in the specification, but were seen in answers.
constexpr std::string_view phone_number = R"({
  "id": "", "record_type": "phone_number", "phone_number": "", "status": "active", "country_iso_alpha2": "US",
  "phone_number_type": "local", "source_type": "number_order", "purchased_at": "@now_seconds",
  "activated_at": "@now", "created_at": "@now", "updated_at": "@now", "connection_id": null, "connection_name": null,
  "customer_reference": null, "billing_group_id": null, "messaging_profile_id": null, "messaging_profile_name": null,
  "external_pin": null, "tags": [], "deletion_lock_enabled": false, "emergency_enabled": false,
  "emergency_address_id": null, "emergency_status": "disabled", "caller_id_name_enabled": false,
  "t38_fax_gateway_enabled": false, "hd_voice_enabled": false, "number_level_routing": "disabled",
  "number_block_id": null, "bundle_id": null,
  "voice": {
    "call_forwarding": {"call_forwarding_enabled": true, "forwarding_type": null, "forwards_to": null},
    "call_recording": {"inbound_call_recording_channels": "single", "inbound_call_recording_enabled": false,
      "inbound_call_recording_format": "wav"},
    "cnam_listing": {"cnam_listing_details": null, "cnam_listing_enabled": false},
    "inbound_call_screening": "disabled",
    "media_features": {"accept_any_rtp_packets_enabled": false, "rtp_auto_adjust_enabled": true,
      "t38_fax_gateway_enabled": false},
    "tech_prefix_enabled": false, "translated_number": "", "usage_payment_method": "pay-per-minute"},
  "messaging": {"messaging_product": "A2P", "traffic_type": "A2P", "type": "longcode",
    "eligible_messaging_products": ["A2P"],
    "features": {"sms": {"domestic_two_way": true, "international_inbound": true, "international_outbound": true},
      "mms": {"domestic_two_way": true, "international_inbound": false, "international_outbound": false}},
    "health": {"inbound_outbound_ratio": 0.43, "message_count": 122, "spam_ratio": 0.06, "success_ratio": 0.94}},
  "voicemail": {"enabled": false, "pin": ""}
})";

constexpr std::string_view messaging_profile = R"({
  "id": "", "record_type": "messaging_profile", "name": "", "organization_id": "@organization", "enabled": true,
  "webhook_url": null, "webhook_failover_url": null, "webhook_api_version": "2", "whitelisted_destinations": ["US"],
  "v1_secret": "@secret", "alpha_sender": null, "ai_assistant_id": null, "daily_spend_limit": "100.00",
  "daily_spend_limit_enabled": false, "health_webhook_url": null, "mms_fall_back_to_sms": false,
  "mms_transcoding": false, "mobile_only": false, "redaction_enabled": false, "redaction_level": 2,
  "resource_group_id": null, "smart_encoding": false,
  "number_pool_settings": {"toll_free_weight": 10, "long_code_weight": 1, "skip_unhealthy": true,
    "sticky_sender": false, "geomatch": false},
  "url_shortener_settings": {"domain": "example.ex", "prefix": "", "replace_blacklist_only": true,
    "send_webhooks": false},
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view organization_user = R"({
  "id": "", "record_type": "organization_sub_user", "email": "", "user_status": "enabled",
  "organization_user_bypasses_sso": false, "last_sign_in_at": null, "created_at": "@now", "groups": []
})";

constexpr std::string_view authentication_provider = R"({
  "id": "", "record_type": "authentication_provider", "name": "", "short_name": "", "active": true,
  "organization_id": "@organization", "activated_at": "@now", "created_at": "@now", "updated_at": "@now",
  "settings": {"assertion_consumer_service_url": "https://sso.example.com/saml/consume",
    "idp_attribute_names": {}, "idp_cert_fingerprint": "", "idp_cert_fingerprint_algorithm": "sha256",
    "idp_certificate": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "idp_entity_id": "", "idp_slo_target_url": "https://idp.example.com/logout", "idp_sso_target_url": "",
    "name_identifier_format": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "provision_groups": false,
    "service_provider_entity_id": "https://sso.example.com/saml/metadata",
    "service_provider_login_url": "https://sso.example.com/saml/login"}
})";

constexpr std::string_view oauth_client = R"({
  "client_id": "", "record_type": "oauth_client", "name": "", "org_id": "@organization", "user_id": "@owner",
  "client_type": "confidential", "client_secret": "@secret", "redirect_uris": [], "allowed_scopes": ["admin"],
  "allowed_grant_types": ["client_credentials"], "require_pkce": false, "logo_uri": null, "policy_uri": null,
  "tos_uri": null, "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view oauth_grant = R"({
  "id": "", "record_type": "oauth_grant", "client_id": "", "scopes": ["admin"], "created_at": "@now",
  "last_used_at": null
})";

// The answers of Telnyx IAM are described in its guides and not in the API description: the names of members
// are those that the guides use.
constexpr std::string_view service_account = R"({
  "id": "", "record_type": "service_account", "name": "", "description": "", "status": "active",
  "created_at": "@now", "updated_at": "@now"
})";

// Served below its service account, which its guides name by the path only.
constexpr std::string_view service_account_token = R"({
  "id": "", "record_type": "service_account_token", "service_account_id": "", "name": "", "status": "active",
  "expires_at": null, "tags": [], "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view iam_grant = R"({
  "id": "", "record_type": "iam_grant", "principal_type": "user", "principal_id": "", "role_id": "",
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view iam_role = R"({
  "id": "", "record_type": "iam_role", "name": "", "description": "", "type": "custom", "created_at": "@now",
  "updated_at": "@now"
})";

constexpr std::string_view whatsapp_account = R"({
  "id": "", "record_type": "whatsapp_business_account", "waba_id": "@digits", "name": "", "country": "US",
  "status": "active", "account_review_status": "APPROVED", "business_verification_status": "verified",
  "phone_numbers_count": 1, "created_at": "@now"
})";

// Served below each WhatsApp business account.
constexpr std::string_view whatsapp_settings = R"({
  "id": "", "record_type": "whatsapp_business_account_settings", "name": "", "timezone": "America/Chicago",
  "webhook_enabled": true, "webhook_events": [], "webhook_url": "", "webhook_failover_url": "", "updated_at": "@now"
})";

constexpr std::string_view verify_profile = R"({
  "id": "", "record_type": "verification_profile", "name": "", "language": "en-US", "webhook_url": "",
  "webhook_failover_url": "", "daily_spend_limit": 100.0, "daily_spend_limit_enabled": true,
  "sms": {"app_name": "Example", "code_length": 6, "default_verification_timeout_secs": 300,
    "messaging_template_id": "0abb5b4f-459f-445a-bfcd-488998b7572d", "whitelisted_destinations": ["US"],
    "alpha_sender": null},
  "call": {"app_name": "Example", "code_length": 6, "default_verification_timeout_secs": 300,
    "messaging_template_id": "0abb5b4f-459f-445a-bfcd-488998b7572d", "whitelisted_destinations": ["US"]},
  "flashcall": {"app_name": "Example", "default_verification_timeout_secs": 300},
  "whatsapp": {"app_name": "Example", "code_length": 6, "default_verification_timeout_secs": 300,
    "messaging_template_id": "0abb5b4f-459f-445a-bfcd-488998b7572d", "whitelisted_destinations": ["US"],
    "sender_phone_number": null, "template_id": null, "waba_id": null},
  "created_at": "@now_micro", "updated_at": "@now_micro"
})";

constexpr std::string_view hosted_number_order = R"({
  "id": "", "record_type": "messaging_hosted_number_order", "status": "pending", "messaging_profile_id": null,
  "phone_numbers": []
})";

constexpr std::string_view mcp_server = R"({
  "id": "", "name": "", "type": "http", "url": "", "allowed_tools": [], "api_key_ref": null, "created_at": "@now"
})";

constexpr std::string_view ai_tool = R"({
  "id": "", "type": "webhook", "display_name": "", "timeout_ms": 5000, "tool_definition": {}, "created_at": "@now"
})";

constexpr std::string_view short_code = R"({
  "id": "", "record_type": "short_code", "short_code": "", "country_code": "US", "messaging_profile_id": null,
  "tags": [], "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view mobile_phone_number = R"({
  "id": "", "record_type": "mobile_phone_number", "phone_number": "", "status": "active", "connection_id": null,
  "connection_name": null, "connection_type": null, "country_iso_alpha2": "US", "customer_reference": null,
  "sim_card_id": "6a09cdc3-8948-47f0-aa62-74ac943d6c58", "mobile_voice_enabled": true, "tags": [],
  "caller_id_name_enabled": false, "inbound_call_screening": "disabled", "noise_suppression": "disabled",
  "call_forwarding": {"call_forwarding_enabled": false, "forwarding_type": null, "forwards_to": null},
  "call_recording": {"inbound_call_recording_channels": "single", "inbound_call_recording_enabled": false,
    "inbound_call_recording_format": "wav"},
  "cnam_listing": {"cnam_listing_details": null, "cnam_listing_enabled": false},
  "inbound": {"interception_app_id": null, "interception_app_name": null},
  "outbound": {"interception_app_id": null, "interception_app_name": null},
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view mobile_voice_connection = R"({
  "id": "", "record_type": "mobile_voice_connection", "connection_name": "", "active": true,
  "inbound": {"channel_limit": null}, "outbound": {"channel_limit": null, "outbound_voice_profile_id": null},
  "tags": [], "webhook_api_version": "2", "webhook_event_failover_url": null, "webhook_event_url": null,
  "webhook_timeout_secs": null, "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view number_job = R"({
  "id": "", "record_type": "phone_numbers_job", "type": "update_phone_numbers", "status": "completed",
  "etc": "2026-11-20T09:00:00.000Z", "phone_numbers": [], "successful_operations": [], "failed_operations": [],
  "pending_operations": [], "created_at": "@now", "updated_at": "@now"
})";

// Undocumented; the fields are those of the former V1 list.
constexpr std::string_view api_key = R"({
  "id": "", "record_type": "api_key", "name": "", "secret": "@secret", "status": "active", "admin": false,
  "user_id": "@owner", "organization_id": "@organization", "last_used_at": null, "expires_at": null,
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view access_ip_address = R"({
  "id": "", "ip_address": "", "source": "customer", "status": "added", "description": "", "user_id": "@owner",
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view access_ip_range = R"({
  "id": "", "cidr_block": "", "status": "added", "description": "", "user_id": "@owner",
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view integration_secret = R"({
  "id": "", "record_type": "integration_secret", "identifier": "", "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view verified_number = R"({
  "phone_number": "", "record_type": "verified_number", "verified_at": "@now_micro"
})";

constexpr std::string_view wireguard_peer = R"({
  "id": "", "record_type": "wireguard_peer", "wireguard_interface_id": "", "public_key": "@key",
  "private_key": "@secret", "last_seen": "@now", "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view ai_assistant = R"({
  "id": "", "name": "", "model": "meta-llama/Meta-Llama-3.1-70B-Instruct", "instructions": "", "description": "",
  "greeting": "", "enabled_features": ["telephony"], "tools": [], "mcp_servers": [], "integrations": [], "tags": [],
  "llm_api_key_ref": "", "dynamic_variables": {}, "dynamic_variables_webhook_url": "",
  "dynamic_variables_webhook_timeout_ms": 1500,
  "telephony_settings": {"default_texml_app_id": "", "supports_unauthenticated_web_calls": false,
    "recording_settings": {"channels": "dual", "enabled": true, "format": "mp3", "stop_on_conversation_end": false},
    "time_limit_secs": 1800},
  "messaging_settings": {"default_messaging_profile_id": "", "delivery_status_webhook_url": ""},
  "insight_settings": {}, "privacy_settings": {"data_retention": true},
  "transcription": {"language": "en", "model": "deepgram/nova-3"}, "voice_settings": {"voice": "Telnyx.KokoroTTS.af"},
  "version_id": "@uuid", "version_created_at": "@now", "created_at": "@now"
})";

constexpr std::string_view managed_account = R"({
  "id": "", "record_type": "managed_account", "organization_name": "", "email": "", "api_user": "@user_name",
  "api_key": "@secret", "api_token": "@secret", "manager_account_id": "@organization", "rollup_billing": false,
  "managed_account_allow_custom_pricing": false, "created_at": "@now", "updated_at": "@now",
  "balance": {"record_type": "balance", "balance": "50.00", "available_credit": "50.00", "credit_limit": "0.00",
    "currency": "USD"}
})";

constexpr std::string_view portout = R"({
  "id": "", "record_type": "portout", "status": "pending", "phone_numbers": [], "carrier_name": "", "spid": "8765",
  "already_ported": false, "authorized_name": "", "city": "Chicago", "current_carrier": "Telnyx",
  "end_user_name": "", "foc_date": "2026-12-01T17:00:00Z", "requested_foc_date": "2026-12-01T17:00:00Z",
  "host_messaging": false, "lsr": [], "pon": "", "reason": null, "rejection_code": 0, "service_address": "",
  "state": "IL", "zip": "60601", "support_key": "PO_0001", "user_id": "@owner",
  "vendor": "4b7e0d0c-3f7c-4c1b-8a51-1e2f3a4b5c6d", "created_at": "@now", "inserted_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view notification_profile = R"({
  "id": "", "name": "", "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view notification_channel = R"({
  "id": "", "notification_profile_id": "", "channel_type_id": "email", "channel_destination": "",
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view notification_setting = R"({
  "id": "", "notification_profile_id": "", "notification_channel_id": "", "notification_event_condition_id": "",
  "associated_record_type": "account", "associated_record_type_value": "", "status": "enabled", "parameters": [],
  "created_at": "@now", "updated_at": "@now"
})";

constexpr std::string_view connection_sorts = "created_at connection_name active";
constexpr std::string_view connection_filters =
    "connection_name=connection_name outbound_voice_profile_id=outbound.outbound_voice_profile_id fqdn=fqdn";
constexpr std::string_view profile_id = "outbound.outbound_voice_profile_id";
constexpr std::string_view profile_id_or_url =
    "outbound.outbound_voice_profile_id webhook_event_url webhook_api_version";

constexpr endpoint table[] = {
    {.path = "/credential_connections",
     .default_size = 250,
     .required_to_create = "connection_name user_name password",
     .never_null = profile_id_or_url,
     .sorts = connection_sorts,
     .filters = connection_filters,
     .based_on = connection_base,
     .defaults = credential_connection},
    {.path = "/ip_connections",
     .default_size = 250,
     .never_null = profile_id_or_url,
     .sorts = connection_sorts,
     .filters = connection_filters,
     .based_on = connection_base,
     .defaults = ip_connection},
    {.path = "/fqdn_connections",
     .default_size = 250,
     .required_to_create = "connection_name",
     .fixed = "user_name password",
     .never_null = profile_id_or_url,
     .sorts = connection_sorts,
     .filters = connection_filters,
     .based_on = connection_base,
     .defaults = fqdn_connection},
    {.path = "/uac_connections",
     .default_size = 250,
     .required_to_create = "connection_name",
     .fixed = "inbound.sip_subdomain_receive_settings",
     .never_null = profile_id_or_url,
     .sorts = connection_sorts,
     .filters = connection_filters,
     .based_on = connection_base,
     .defaults = uac_connection},
    {.path = "/external_connections",
     .default_size = 250,
     .required_to_create = "external_sip_connection outbound",
     .required_to_change = "outbound outbound.outbound_voice_profile_id",
     .fixed = "external_sip_connection",
     .never_null = profile_id_or_url,
     .filters = "external_sip_connection=external_sip_connection id=id",
     .defaults = external_connection},
    {.path = "/connections",
     .default_size = 250,
     .creatable = false,
     .item = verbs::get,
     .sorts = connection_sorts,
     .filters = "connection_name=connection_name outbound_voice_profile_id=outbound_voice_profile_id",
     .defaults = unknown_connection},
    {.path = "/ips",
     .default_size = 250,
     .required_to_create = "ip_address",
     .required_to_change = "ip_address",
     .filters = "connection_id=connection_id ip_address=ip_address port=port",
     .defaults = ip},
    {.path = "/fqdns",
     .default_size = 250,
     .required_to_create = "connection_id dns_record_type fqdn",
     .nullable = "port",
     .filters = "connection_id=connection_id fqdn=fqdn port=port dns_record_type=dns_record_type",
     .defaults = fqdn},
    {.path = "/telephony_credentials",
     .ids = id_kind::uuid,
     .default_size = 50,
     .required_to_create = "connection_id",
     .optional = "connection_id tag",
     .filters = "name=name resource_id=resource_id sip_username=sip_username tag=tag",
     .defaults = telephony_credential},
    {.path = "/texml_applications",
     .default_size = 250,
     .required_to_create = "friendly_name voice_url",
     .required_to_change = "friendly_name voice_url",
     .never_null = profile_id,
     .sorts = "created_at friendly_name active",
     .filters = "friendly_name=friendly_name outbound_voice_profile_id=outbound.outbound_voice_profile_id",
     .based_on = application_base,
     .defaults = texml_application},
    {.path = "/call_control_applications",
     .required_to_create = "application_name webhook_event_url",
     .required_to_change = "application_name webhook_event_url",
     .never_null = profile_id,
     .sorts = connection_sorts,
     .filters = "application_name=application_name "
                "outbound.outbound_voice_profile_id=outbound.outbound_voice_profile_id",
     .based_on = application_base,
     .defaults = call_control_application},
    {.path = "/fax_applications",
     .required_to_create = "application_name webhook_event_url",
     .required_to_change = "application_name webhook_event_url",
     .optional = "fax_email_recipient",
     .never_null = profile_id,
     .sorts = "created_at application_name active",
     .filters =
         "application_name=application_name outbound_voice_profile_id=outbound.outbound_voice_profile_id",
     .based_on = application_base,
     .defaults = fax_application},
    {.path = "/outbound_voice_profiles",
     .created_status = 200,
     .required_to_create = "name",
     .required_to_change = "name",
     .never_null = "daily_spend_limit max_destination_rate",
     .sorts = "enabled -enabled created_at -created_at name -name service_plan -service_plan traffic_type "
              "-traffic_type",
     .filters = "name=name",
     .defaults = outbound_voice_profile},
    {.path = "/phone_numbers",
     .creatable = false,
     .fixed = "voice messaging voicemail phone_number status connection_name messaging_profile_id "
              "messaging_profile_name deletion_lock_enabled",
     .never_null = "connection_id billing_group_id customer_reference external_pin",
     .sorts = "purchased_at phone_number connection_name usage_payment_method",
     .filters = "phone_number=phone_number connection_id=connection_id status=status tag=tags "
                "customer_reference=customer_reference",
     .defaults = phone_number},
    {.path = "/phone_numbers/slim",
     .creatable = false,
     .item = verbs::none,
     .sorts = "purchased_at phone_number connection_name usage_payment_method",
     .filters = "phone_number=phone_number connection_id=connection_id status=status",
     .defaults = phone_number},
    {.path = "/phone_numbers/voice",
     .creatable = false,
     .item = verbs::none,
     .never_null =
         "call_forwarding.forwards_to call_forwarding.forwarding_type cnam_listing.cnam_listing_details",
     .sorts = "purchased_at phone_number connection_name usage_payment_method",
     .filters = "phone_number=phone_number connection_id=connection_id",
     .defaults = phone_number},
    {.path = "/phone_numbers/messaging",
     .creatable = false,
     .item = verbs::none,
     .filters = "phone_number=phone_number messaging_profile_id=messaging_profile_id type=type",
     .defaults = phone_number},
    {.path = "/messaging_profiles",
     .ids = id_kind::uuid,
     .created_status = 200,
     .required_to_create = "name whitelisted_destinations",
     .never_null = "v1_secret",
     .filters = "name=name",
     .defaults = messaging_profile},
    {.path = "/organizations/users",
     .ids = id_kind::uuid,
     .default_size = 250,
     .creatable = false,
     .item = verbs::get,
     .filters = "user_status=user_status email=email",
     .defaults = organization_user},
    {.path = "/authentication_providers",
     .ids = id_kind::uuid,
     .created_status = 200,
     .required_to_create = "name short_name settings settings.idp_cert_fingerprint settings.idp_entity_id "
                           "settings.idp_sso_target_url",
     .required_to_change = "settings.idp_cert_fingerprint settings.idp_entity_id settings.idp_sso_target_url",
     .optional = "settings_url",
     .sorts =
         "name -name short_name -short_name active -active created_at -created_at updated_at -updated_at",
     .defaults = authentication_provider},
    {.path = "/oauth_clients",
     .id_field = "client_id",
     .ids = id_kind::uuid,
     .max_size = 100,
     .item = verbs::get | verbs::put | verbs::del,
     .deleted_status = 204,
     .required_to_create = "allowed_grant_types allowed_scopes client_type name",
     .fixed = "client_type client_secret",
     .filters = "name=name client_type=client_type client_id=client_id",
     .defaults = oauth_client},
    {.path = "/oauth_grants",
     .ids = id_kind::uuid,
     .max_size = 100,
     .creatable = false,
     .item = verbs::get | verbs::del,
     .defaults = oauth_grant},
    {.path = "/api_keys",
     .ids = id_kind::uuid,
     .undocumented = true,
     .item = verbs::get | verbs::del,
     .defaults = api_key},
    {.path = "/iam/api_keys",
     .ids = id_kind::uuid,
     .default_size = 25,
     .creatable = false,
     .undocumented = true,
     .item = verbs::none,
     .defaults = api_key},
    {.path = "/iam/service_accounts",
     .ids = id_kind::uuid,
     .default_size = 25,
     .undocumented = true,
     .item = verbs::none,
     .defaults = service_account},
    {.path = "/service_account_tokens",
     .ids = id_kind::uuid,
     .default_size = 25,
     .creatable = false,
     .item = verbs::none,
     .defaults = service_account_token},
    {.path = "/iam/grants",
     .ids = id_kind::uuid,
     .default_size = 25,
     .item = verbs::del,
     .required_to_create = "principal_type principal_id role_id",
     .defaults = iam_grant},
    {.path = "/iam/roles",
     .ids = id_kind::uuid,
     .default_size = 25,
     .creatable = false,
     .undocumented = true,
     .item = verbs::none,
     .optional = "statements",
     .defaults = iam_role},
    {.path = "/verify_profiles",
     .ids = id_kind::uuid,
     .default_size = 25,
     .max_size = 0,
     .created_status = 200,
     .required_to_create = "name",
     .filters = "name=name",
     .defaults = verify_profile},
    {.path = "/messaging_hosted_number_orders",
     .ids = id_kind::uuid,
     .item = verbs::get | verbs::del,
     .created_status = 200,
     .defaults = hosted_number_order},
    {.path = "/ai/mcp_servers",
     .ids = id_kind::uuid,
     .max_size = 100,
     .item = verbs::get | verbs::put | verbs::del,
     .created_status = 200,
     .single = wrapping::bare,
     .list = wrapping::bare,
     .required_to_create = "name type url",
     .defaults = mcp_server},
    {.path = "/ai/tools",
     .ids = id_kind::uuid,
     .max_size = 100,
     .created_status = 200,
     .single = wrapping::bare,
     .required_to_create = "type display_name",
     .optional = "webhook function retrieval handoff invite pay client_side_tool",
     .fixed = "tool_definition type",
     .defaults = ai_tool},
    {.path = "/whatsapp/business_accounts",
     .ids = id_kind::uuid,
     .creatable = false,
     .item = verbs::get | verbs::del,
     .deleted_status = 204,
     .defaults = whatsapp_account},
    {.path = "/whatsapp_settings",
     .ids = id_kind::given,
     .creatable = false,
     .item = verbs::none,
     .defaults = whatsapp_settings},
    {.path = "/short_codes",
     .ids = id_kind::uuid,
     .creatable = false,
     .item = verbs::get | verbs::patch,
     .required_to_change = "messaging_profile_id",
     .fixed = "short_code country_code",
     .filters = "messaging_profile_id=messaging_profile_id",
     .defaults = short_code},
    {.path = "/v2/mobile_phone_numbers",
     .creatable = false,
     .item = verbs::get | verbs::patch,
     .fixed = "phone_number status connection_name connection_type mobile_voice_enabled sim_card_id",
     .defaults = mobile_phone_number},
    {.path = "/v2/mobile_voice_connections", .created_status = 200, .defaults = mobile_voice_connection},
    {.path = "/phone_numbers/jobs",
     .ids = id_kind::uuid,
     .creatable = false,
     .item = verbs::get,
     .filters = "type=type",
     .defaults = number_job},
    {.path = "/access_ip_address",
     .ids = id_kind::uuid,
     .item = verbs::get | verbs::del,
     .created_status = 200,
     .single = wrapping::bare,
     .required_to_create = "ip_address",
     .filters = "ip_address=ip_address ip_source=source",
     .defaults = access_ip_address},
    {.path = "/access_ip_ranges",
     .ids = id_kind::uuid,
     .item = verbs::del,
     .created_status = 200,
     .single = wrapping::bare,
     .required_to_create = "cidr_block",
     .filters = "cidr_block=cidr_block",
     .defaults = access_ip_range},
    {.path = "/integration_secrets",
     .ids = id_kind::uuid,
     .default_size = 25,
     .max_size = 0,
     .item = verbs::del,
     .deleted_status = 204,
     .required_to_create = "identifier type",
     .defaults = integration_secret},
    {.path = "/verified_numbers",
     .id_field = "phone_number",
     .ids = id_kind::given,
     .default_size = 25,
     .max_size = 0,
     .item = verbs::get | verbs::del,
     .created_status = 200,
     .single = wrapping::data,
     .required_to_create = "phone_number verification_method",
     .defaults = verified_number},
    {.path = "/wireguard_peers",
     .ids = id_kind::uuid,
     .created_status = 202,
     .required_to_create = "wireguard_interface_id",
     .filters = "wireguard_interface_id=wireguard_interface_id",
     .defaults = wireguard_peer},
    {.path = "/ai/assistants",
     .ids = id_kind::word,
     .default_size = 0,
     .max_size = 0,
     .item = verbs::get | verbs::post | verbs::del,
     .created_status = 200,
     .single = wrapping::bare,
     .required_to_create = "name instructions",
     .optional =
         "external_llm fallback_config conversation_flow interruption_settings observability_settings "
         "post_conversation_settings widget_settings",
     .defaults = ai_assistant},
    {.path = "/managed_accounts",
     .ids = id_kind::uuid,
     .item = verbs::get | verbs::patch,
     .created_status = 200,
     .required_to_create = "business_name",
     .optional = "business_name password",
     .fixed = "email organization_name rollup_billing api_key api_token api_user balance",
     .hidden_in_list = "api_key api_token balance",
     .sorts = "created_at email",
     .filters = "email=email organization_name=organization_name",
     .defaults = managed_account},
    {.path = "/portouts",
     .ids = id_kind::uuid,
     .creatable = false,
     .item = verbs::get,
     .filters = "status=status phone_number=phone_numbers carrier_name=carrier_name pon=pon spid=spid",
     .defaults = portout},
    {.path = "/fqdn_authentication",
     .id_field = "connection_id",
     .ids = id_kind::given,
     .creatable = false,
     .item = verbs::none,
     .nullable =
         "user_name password fqdn_outbound_authentication ip_authentication_method webhook_url failover_url",
     .defaults = fqdn_authentication},
    {.path = "/registrations",
     .id_field = "connection_id",
     .ids = id_kind::given,
     .creatable = false,
     .item = verbs::none,
     .defaults = sip_registration},
    {.path = "/calls",
     .id_field = "call_control_id",
     .ids = id_kind::uuid,
     .creatable = false,
     .item = verbs::get,
     .defaults = call},
    {.path = "/custom_storage_credentials",
     .id_field = "connection_id",
     .ids = id_kind::given,
     .creatable = false,
     .item = verbs::get | verbs::del,
     .deleted_status = 204,
     .single = wrapping::named,
     .defaults = custom_storage},
    {.path = "/notification_profiles",
     .ids = id_kind::uuid,
     .created_status = 200,
     .defaults = notification_profile},
    {.path = "/notification_channels",
     .ids = id_kind::uuid,
     .created_status = 200,
     .filters = "channel_type_id=channel_type_id notification_profile_id=notification_profile_id",
     .defaults = notification_channel},
    {.path = "/notification_settings",
     .ids = id_kind::uuid,
     .item = verbs::get | verbs::del,
     .created_status = 200,
     .filters = "notification_profile_id=notification_profile_id status=status",
     .defaults = notification_setting},
};

constexpr std::string_view connection_like[] = {
    "/credential_connections", "/ip_connections",     "/fqdn_connections",          "/uac_connections",
    "/external_connections",   "/texml_applications", "/call_control_applications", "/fax_applications",
};

}  // namespace

std::span<const endpoint> endpoints()
{
    return table;
}

std::span<const std::string_view> connection_paths()
{
    return connection_like;
}

const endpoint* find_endpoint(std::string_view path)
{
    const auto found = std::ranges::find(table, path, &endpoint::path);
    return found == std::end(table) ? nullptr : &*found;
}

const boost::json::object& defaults_of(const endpoint& at)
{
    static const auto parsed = [] {
        std::map<std::string_view, boost::json::object> all;
        for (const endpoint& each : table) {
            boost::json::object merged = boost::json::parse(std::string(each.based_on)).as_object();
            merge(merged, boost::json::parse(std::string(each.defaults)).as_object());
            all.emplace(each.path, std::move(merged));
        }
        return all;
    }();
    return parsed.at(at.path);
}

std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) {
            found.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

}  // namespace trunkwarden::simulator
