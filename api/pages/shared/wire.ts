// The wire shapes by their short names; all come from the contract, none is written here.
import type { components } from "@teiki/mobile-contract";

type Schemas = components["schemas"];

export type Text = Schemas["TextView"];
export type Money = Schemas["MoneyView"];
export type Mode = Schemas["Mode"];
export type Town = Schemas["TownView"];
export type Me = Schemas["MeView"];
export type Plan = Schemas["PlanView"];
export type Allowance = Schemas["AllowanceView"];
export type RideCap = Schemas["RideCapView"];
export type Subscription = Schemas["SubscriptionView"];
export type UsageLine = Schemas["UsageView"];
export type IssuedPass = Schemas["PassView"];
export type Covered = Schemas["CoveredByView"];
export type Ride = Schemas["RideView"];
export type Validator = Schemas["ValidatorView"];
export type OperatorStop = Schemas["OperatorStopView"];
export type Action = Schemas["TapAction"];
export type AuthorizationRequest = Schemas["AuthorizationRequest"];
export type Authorization = Schemas["AuthorizationView"];
export type Options = Schemas["OptionsView"];
export type Preset = Schemas["PresetView"];
export type Measure = Schemas["MeasureView"];
export type NearStop = Schemas["NearStopView"];
export type Gap = Schemas["GapView"];
export type Boarding = Schemas["BoardingView"];
export type Boardings = Schemas["BoardingListView"];
