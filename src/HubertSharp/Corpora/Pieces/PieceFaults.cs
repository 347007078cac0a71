using HubertSharp.Runs;

namespace HubertSharp.Corpora.Pieces;

/// <summary>Why a piece is left out, and what to do.</summary>
internal static class PieceFaults
{
    public static string Times(SpeechPiece piece) =>
        UserException.Create("the times of the segment cannot be", piece.Source,
            $"a start from 0 on and an end behind it, at most {SpeechPiece.MostSeconds:0} s later",
            $"{SpeechPiece.Text(piece.StartSeconds)} to {SpeechPiece.Text(piece.EndSeconds)} s",
            "mend the segment, or leave it out").Message;

    public static string BehindEnd(SpeechPiece piece, double recordingSeconds) =>
        UserException.Create("the segment ends behind its recording", piece.Source,
            $"an end within its {SpeechPiece.Text(Math.Round(recordingSeconds, 3))} s",
            $"{SpeechPiece.Text(piece.StartSeconds)} to {SpeechPiece.Text(piece.EndSeconds)} s",
            "check the times, or whether the recording is whole").Message;
}
