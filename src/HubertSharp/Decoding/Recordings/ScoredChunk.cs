namespace HubertSharp.Decoding.Recordings;

/// <summary>The frames that one chunk of a recording gave.</summary>
/// <param name="Recording">Its number.</param>
/// <param name="IsFirst">The recording begins with it.</param>
/// <param name="IsLast">The recording ends with it.</param>
/// <param name="Logits">[frames, V] row by row.</param>
/// <param name="Samples">How much of the recording they stand for.</param>
internal sealed record ScoredChunk(int Recording, bool IsFirst, bool IsLast, ArraySegment<float> Logits, long Samples);
