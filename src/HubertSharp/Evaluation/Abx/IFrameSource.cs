namespace HubertSharp.Evaluation.Abx;

/// <summary>The features of utterances that were computed before. Reading is thread-safe.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>Where they are, for messages.</summary>
    string Place { get; }

    /// <summary>Frames per second; null where the files do not say.</summary>
    double? FrameRate { get; }

    /// <summary>The number of an utterance, or null where there is none of that name.</summary>
    int? Find(string name);

    /// <summary>Frames of an utterance.</summary>
    int LengthOf(int utterance);

    /// <summary>The frames of an utterance [T, D], row by row.</summary>
    float[] Read(int utterance);

    /// <summary>Where an utterance is, for messages.</summary>
    string PlaceOf(int utterance);
}
