namespace HubertSharp.Models;

/// <summary>What one layer's head predicted.</summary>
/// <param name="Layer">Counted from 1.</param>
/// <param name="Masked">Per label set; empty with <c>skip_masked</c>.</param>
/// <param name="Unmasked">Per label set; empty where nothing asks for them.</param>
internal sealed record LayerScores(int Layer, IReadOnlyList<FrameScores> Masked, IReadOnlyList<FrameScores> Unmasked);
