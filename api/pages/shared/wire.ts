// Stand-ins for the generated types of the contract, until openapi.json exists.
export interface Text { ja: string; en: string }
export interface Money { amount_minor: number; currency: string }
export interface Time { now: string; time_zone: string; service_date: string; simulated: boolean }
export interface Attribution { title: string; licence: string; url: string | null; note: Text | null }
export interface Area { area_number: number; name: Text }
export interface Town { name: Text; currency: string; time_zone: string; center: [number, number]; simulated: boolean; areas: Area[]; attribution: Attribution[] }
export type Mode = "bus" | "rail" | "taxi" | "rideshare" | "on_demand";
export interface Allowance { allowance_id: string; unit: "rides" | "amount"; limit: number; period: string; modes: Mode[] }
export interface RideCap { modes: Mode[]; amount_minor: number; above: "rider_pays" | "refuse" }
export interface Plan { plan_id: string; version: number; name: Text; description: Text; price: Money; period: string; modes: Mode[]; areas: number[]; allowances: Allowance[]; ride_caps: RideCap[] }
export interface Me { role: "resident" | "desk" | "operator" | "planner" | "admin"; display_name: string; resident_number: string | null; operator_id: string | null; trip_facts_consent: boolean | null }
export interface UsageLine { allowance_id: string; unit: "rides" | "amount"; used: number; limit: number; period_start_date: string; period_end_date: string; modes: Mode[] }
export interface Subscription { subscription_id: string; plan: Plan; status: string; started_at: string | null; current_period_start_date: string | null; current_period_end_date: string | null; cancel_at_period_end: boolean; amount_due: Money; usage: UsageLine[] }
export interface IssuedPass { certificate: string; valid_from_at: string; valid_until_at: string; modes: Mode[]; areas: Area[]; rider_category: string; category_name: Text }
export interface Ride { authorization_id: string; service_date: string; operator_id: string; operator_name: Text; mode: Mode; status: string; leg_state: string; boarded_at: string | null; boarding_stop_name: string | null; alighting_stop_name: string | null; shadow_fare: Money | null; rider_pays: Money }
export interface Lookup { looked_at: string; staff_role: string; purpose: string }
export interface Operator { operator_id: string; name: Text; modes: Mode[]; tap_off: string }
export interface Validator { validator_id: string; name: string; operator_id: string; operator_name: Text; modes: Mode[]; tap_off: string; key: string }
export interface Authorization { authorization_id: string | null; result: "granted" | "refused"; reason: string | null; message: Text; rule: string; status: string | null; leg_state: string | null; mode: Mode; rider_category: string | null; category_name: Text | null; rider_pays: Money | null; decided_at: string }
export interface Preset { preset_id: string; name: Text; rule: Text; source: string; classes: string[] }
export interface Run { run_id: string; service_date: string; day_type: string; window: { from: string; to: string } | null; label: Text }
export interface Measure { measure_id: string; name: Text; unit: string }
export interface Options { presets: Preset[]; runs: Run[]; measures: Measure[]; population: { total: number | null; modelled: boolean; note: Text | null } | null; missing: Text[]; simulated: boolean; attribution: Attribution[] }
export interface NearStop { stop_id: string; name: string; walk_meters: number }
export interface Gap { rank: number; cell_id: string; lon: number; lat: number; residents: number; gap_type: string; shortfall: number | null; priority: number | null; nearest_stops: NearStop[] }
export interface Boarding { operator_id: string; route_id: string; route_name: string; direction_id: number | null; hour: number; boardings: number | null; on_board: number | null }
export interface Boardings { label: Text; suppressed_below: number; simulated: boolean; items: Boarding[] }
