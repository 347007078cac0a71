namespace HubertSharp.Onnx;

/// <summary>The frames that one chunk of a long recording gave.</summary>
/// <typeparam name="T">float for layers and logits, long for units.</typeparam>
/// <param name="FirstFrame">Frame of the recording that it begins with.</param>
/// <param name="Frames">How many.</param>
/// <param name="Values">Per output, [frames, numbers per frame] row by row.</param>
public sealed record FrameBlock<T>(long FirstFrame, int Frames, IReadOnlyList<T[]> Values);
