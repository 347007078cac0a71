namespace HubertSharp.Evaluation.Probe;

/// <summary>One kind of frozen frame features that an evaluation compares.</summary>
/// <param name="Name">For tables: <c>mfcc</c>, <c>runs/it1 layer 3</c>, <c>random weights layer 3</c>.</param>
/// <param name="Kind"><c>mfcc</c>, <c>trained</c> or <c>random</c>.</param>
/// <param name="Model">The model's folder as it was given, or null.</param>
/// <param name="Layer">Layer, counted from 1, or null.</param>
/// <param name="Dimensions">Values per frame.</param>
/// <param name="FrameRate">Frames per second.</param>
public sealed record FeatureSet(string Name, string Kind, string? Model, int? Layer, int Dimensions, double FrameRate);
